// swift-tools-version: 6.2

import PackageDescription

// `IGR_STRICT=1` (set by `make check` and `make test`) turns every warning of this package into an error.
// It is off by default so that a newer compiler's new warnings do not stop a stranger's first build.
let strict = Context.environment["IGR_STRICT"] == "1"

let swiftSettings: [SwiftSetting] =
  [.enableUpcomingFeature("ExistentialAny")] + (strict ? [.treatAllWarnings(as: .error)] : [])

// Floating-point contraction is off so that SSE2, AVX2, AVX-512 and NEON give the same numbers (docs/design/0004).
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]

// Recorded in every trial file.
let revision = Context.gitInformation.map { $0.currentCommit + ($0.hasUncommittedChanges ? "+changes" : "") }
let buildInformation: [CSetting] = revision.map { [.define("IGR_GIT_REVISION", to: "\"\($0)\"")] } ?? []

func module(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [.product(name: "ArgumentParser", package: "swift-argument-parser")],
    swiftSettings: swiftSettings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, resources: resources,
    swiftSettings: swiftSettings)
}

let package = Package(
  name: "igr",
  products: [
    // MARK: Public: the programs
    .executable(name: "igr", targets: ["igr"]),
    .executable(name: "igr-coordinator", targets: ["igr-coordinator"]),
    .executable(name: "igr-worker", targets: ["igr-worker"]),
    .executable(name: "igr-aggregate", targets: ["igr-aggregate"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // MARK: Implementation: C libraries and kernels
    // libzmq lies in the default search paths; its pkg-config file names flags that SwiftPM refuses with a warning.
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev", "libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CKernels", cSettings: kernelSettings),
    .target(name: "CImageDecoding", dependencies: ["CJPEG", "CPNG"]),
    .target(name: "CBuildInformation", cSettings: buildInformation),
    .target(name: "CProcessorAffinity"),
    .target(name: "CProgramMemory"),

    // MARK: Implementation: values
    module("Digests", ["CCrypto"]),
    module("ProgramExit", [.product(name: "ArgumentParser", package: "swift-argument-parser")]),
    module("Timings", [.product(name: "ArgumentParser", package: "swift-argument-parser")]),
    module("Trials", ["Digests"]),
    module("SweepFiles", ["Digests", "Randomness", "Trials", "Yams"]),
    module("Launching", ["SweepFiles", "Trials"]),
    module("Scheduling", ["Trials"]),
    module("WireProtocol", ["Trials"]),
    module("Transfers"),
    module("Threads"),
    module("Aggregation", ["Markup", "Randomness", "Trials"]),
    module("Markup"),
    module("Figures", ["Markup"]),
    module("Pictures", ["CZlib"]),
    module("ExportFormats", ["CZlib", "Trials"]),

    // MARK: Implementation: engine
    module("Tensors", ["CKernels", "COpenBLAS"]),
    module("Randomness", ["CKernels"]),
    module("Differentiation", ["Tensors"], exclude: ["README.md"]),
    module("VAE", ["Differentiation", "Tensors", "Randomness"]),
    module("Datasets", ["CKernels", "Digests", "HDF5", "Randomness", "CImageDecoding", "CZlib"]),
    module("DatasetFetching", ["Datasets"]),
    module("Training", ["VAE", "Differentiation", "Datasets", "Randomness", "Trials"]),

    // MARK: Implementation: files, sockets, processes
    module("HDF5", ["CHDF5"]),
    module("ResultStore", ["HDF5", "Trials", "Digests"]),
    module("Planning", ["Datasets", "ResultStore", "SweepFiles", "Trials"]),
    module("Reporting", ["Aggregation", "Figures", "Planning", "ResultStore", "SweepFiles", "Trials"]),
    module("Exporting", ["ExportFormats", "Pictures", "Reporting", "ResultStore", "Trials"]),
    module(
      "HTMLReport",
      ["Aggregation", "Figures", "Markup", "Pictures", "Reporting", "ResultStore", "Trials"]),
    module("FaultInjection", ["ResultStore", "Trials"]),
    module(
      "TableProgram",
      [
        "Aggregation", "Datasets", "Ledger", "ProgramExit", "Reporting", "ResultStore", "SweepFiles",
        "Trials",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    module("ZeroMQ", ["CZeroMQ"]),
    module("Keys", ["ResultStore", "ZeroMQ"]),
    module(
      "Ledger",
      ["Trials", "Scheduling", "ResultStore", "Threads", .product(name: "GRDB", package: "GRDB.swift")]),
    module(
      "SweepRuntime",
      [
        "CProcessorAffinity", "CProgramMemory", "Scheduling", "Threads", "Transfers", "WireProtocol",
        "ZeroMQ",
        "FaultInjection", "Keys",
        "ResultStore",
        "Trials",
        .product(name: "Logging", package: "swift-log"),
      ]),
    module(
      "Diagnosis",
      [
        "Datasets", "CKernels", "CZeroMQ", "CHDF5", "COpenBLAS",
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // MARK: Implementation: programs
    program(
      "igr",
      [
        "ProgramExit", "FaultInjection", "Keys", "Planning", "SweepFiles", "SweepRuntime", "ResultStore",
        "Reporting", "Aggregation", "Datasets", "DatasetFetching", "Diagnosis", "ExportFormats", "Exporting",
        "Figures", "HTMLReport", "Launching", "Ledger", "Pictures", "Scheduling", "TableProgram", "Timings",
        "Training",
        "Trials", "WireProtocol", "ZeroMQ",
      ]),
    program(
      "igr-coordinator",
      [
        "Keys", "Planning", "ProgramExit", "SweepFiles", "SweepRuntime", "Scheduling", "Ledger",
        "ResultStore",
        "Datasets", "Timings", "Trials", "ZeroMQ",
      ]),
    program(
      "igr-worker",
      [
        "ProgramExit", "SweepRuntime", "Scheduling", "ZeroMQ", "Keys", "Launching", "Training", "Tensors",
        "Datasets",
        "ResultStore", "Timings", "Trials", "WireProtocol", "CBuildInformation",
      ]),
    program("igr-aggregate", ["ProgramExit", "TableProgram"]),

    .executableTarget(
      name: "igr-kernel-benchmark", dependencies: ["CKernels", "COpenBLAS"],
      path: "Benchmarks/KernelBenchmark",
      swiftSettings: swiftSettings),

    .executableTarget(
      name: "igr-step-benchmark", dependencies: ["VAE", "Differentiation", "Tensors", "Randomness"],
      path: "Benchmarks/StepBenchmark", swiftSettings: swiftSettings),

    .executableTarget(
      name: "igr-scale-benchmark",
      dependencies: [
        "Keys", "Ledger", "Planning", "ResultStore", "Scheduling", "SweepFiles", "SweepRuntime", "Trials",
        "WireProtocol", "ZeroMQ",
      ], path: "Benchmarks/ScaleBenchmark", swiftSettings: swiftSettings),

    .executableTarget(
      name: "igr-results-benchmark", dependencies: ["ResultStore", "Trials"],
      path: "Benchmarks/ResultsBenchmark", swiftSettings: swiftSettings),

    // MARK: Tests
    .target(name: "TestSupport", dependencies: ["Differentiation", "Tensors"], swiftSettings: swiftSettings),
    .target(name: "CAllocationCount"),
    tests("DigestsTests", ["Digests"]),
    tests("TimingsTests", ["Timings", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    tests("TrialsTests", ["Trials"]),
    tests("SweepFilesTests", ["SweepFiles"]),
    tests("LaunchingTests", ["Launching"], exclude: ["Recorded"]),
    tests("SchedulingTests", ["Scheduling"]),
    tests("WireProtocolTests", ["WireProtocol"]),
    tests("TransfersTests", ["Transfers"]),
    tests("ThreadsTests", ["Threads"]),
    tests("AggregationTests", ["Aggregation"]),
    tests("FiguresTests", ["Figures"]),
    tests("PicturesTests", ["Pictures", "CZlib"]),
    tests("ExportFormatsTests", ["ExportFormats", "CZlib"]),
    tests("CKernelsTests", ["CKernels"]),
    tests("TensorsTests", ["Tensors"]),
    tests("RandomnessTests", ["Randomness"]),
    tests("DifferentiationTests", ["Differentiation"]),
    tests("VAETests", ["VAE", "CAllocationCount"]),
    tests(
      "DatasetsTests", ["Datasets", "Randomness", "Digests", "HDF5", "CZlib", "CJPEG", "CPNG"]),
    tests("DatasetFetchingTests", ["DatasetFetching", "Datasets", "Digests"]),
    tests("DiagnosisTests", ["Diagnosis", "Datasets"]),
    tests("TrainingTests", ["Training"]),
    tests("HDF5Tests", ["HDF5"]),
    tests("ResultStoreTests", ["ResultStore"]),
    tests("PlanningTests", ["Datasets", "HDF5", "Planning", "ResultStore", "SweepFiles", "Trials"]),
    tests(
      "ReportingTests",
      ["Reporting", "Aggregation", "Figures", "HDF5", "ResultStore", "SweepFiles", "Trials"]),
    tests(
      "ExportingTests", ["Exporting", "ExportFormats", "Reporting", "ResultStore", "SweepFiles", "Trials"]),
    tests(
      "HTMLReportTests", ["HTMLReport", "Aggregation", "Reporting", "ResultStore", "SweepFiles", "Trials"]),
    tests("FaultInjectionTests", ["FaultInjection", "ResultStore", "Trials"]),
    tests("ZeroMQTests", ["ZeroMQ"]),
    tests("KeysTests", ["Keys", "ZeroMQ"]),
    tests("LedgerTests", ["Ledger"]),
    tests(
      "SweepRuntimeTests",
      ["SweepRuntime", "Scheduling", "WireProtocol", "ZeroMQ", "Keys", "ResultStore", "Trials"]),
    tests(
      "IntegrationTests",
      ["Ledger", "ResultStore", "SweepRuntime", "Tensors", "Trials", "WireProtocol", "ZeroMQ"]),
  ],
  swiftLanguageModes: [.v6]
)
