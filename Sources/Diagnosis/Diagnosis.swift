import CHDF5
import CKernels
import COpenBLAS
import CZeroMQ
import Datasets
import Foundation
import GRDBSQLite

/// The examination of this machine: `igr doctor`.
public enum Diagnosis {
  /// Examines libraries, processor, limits, the folder for results and the data sets. Reads the data sets
  /// whole (0.1 s for MNIST, seconds for CelebA) and writes one empty file, which it removes.
  ///
  /// - Parameter results: the folder for results, which need not exist yet.
  public static func examine(results: String, data: DataFolder = .standard) -> [DiagnosticCheck] {
    [libraries(), processor(), openFiles(), folder(results)]
      + DatasetName.named.filter { $0 != .cifarGrey }.map { .dataset($0, .of($0, in: data)) } + [
        .python(versions: pythonReaders())
      ]
  }

  private static func libraries() -> DiagnosticCheck {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    zmq_version(&major, &minor, &patch)
    let zeroMQ = "\(major).\(minor).\(patch)"
    var (h5Major, h5Minor, h5Release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&h5Major, &h5Minor, &h5Release)
    let configuration = String(cString: openblas_get_config()).split(separator: " ").prefix(2)
    let core = String(cString: openblas_get_corename())
    let sqlite = String(cString: sqlite3_libversion())
    return DiagnosticCheck(
      "libraries", .ok,
      found: """
        ZeroMQ \(zeroMQ), HDF5 \(h5Major).\(h5Minor).\(h5Release), \
        \(configuration.joined(separator: " ")) (\(core)), SQLite \(sqlite)
        """)
  }

  private static func processor() -> DiagnosticCheck {
    let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = description.split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    return .kernels(
      target: String(cString: igr_kernel_target()),
      requested: ProcessInfo.processInfo.environment["IGR_CPU_TARGET"],
      processor: model ?? "unnamed processor",
      cores: ProcessInfo.processInfo.activeProcessorCount)
  }

  private static func openFiles() -> DiagnosticCheck {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return DiagnosticCheck("open-file limit", .warning, found: String(cString: strerror(errno)))
    }
    return .openFiles(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
  }

  private static func folder(_ results: String) -> DiagnosticCheck {
    var place = URL(fileURLWithPath: results).standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
      place.deleteLastPathComponent()
    }
    let probe = place.appendingPathComponent(".igr-doctor-\(getpid())").path
    let descriptor = open(probe, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    guard descriptor >= 0 else {
      return .results(folder: place.path, refusal: String(cString: strerror(errno)), freeBytes: nil)
    }
    close(descriptor)
    unlink(probe)
    var status = statvfs()
    let free = statvfs(place.path, &status) == 0 ? UInt64(status.f_bavail) * UInt64(status.f_frsize) : nil
    return .results(folder: place.path, refusal: nil, freeBytes: free)
  }

  /// "h5py 3.7.0, xarray 2023.1.0"; nil where Debian's Python or one of them is absent.
  private static func pythonReaders() -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [
      "-c", "import h5py, xarray; print(f'h5py {h5py.__version__}, xarray {xarray.__version__}')",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil, let text = try? output.fileHandleForReading.readToEnd() else {
      return nil
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
