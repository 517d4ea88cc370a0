import Foundation
import TestSupport
import Testing
import Trials
import WireProtocol
import ZeroMQ

/// A machine whose data set is another one does not take part; it is told both digests.
extension PromiseTests {
  @Suite struct MixedMachinesTests {
    /// A data folder with forty small images; another seed is another data set.
    private func makeData(_ folder: String, seed: Int) throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let python = Process()
      python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      python.arguments = [
        "-c",
        """
        import sys, h5py, numpy
        images = numpy.random.default_rng(int(sys.argv[2])).integers(0, 256, (40, 28, 28, 1), dtype="uint8")
        with h5py.File(sys.argv[1], "w") as file:
            file["images"] = images
            file["test_images"] = images[:20]
        """, folder + "/cells.h5", String(seed),
      ]
      try python.run()
      python.waitUntilExit()
      try #require(
        python.terminationStatus == 0, "python3-h5py writes the data set (scripts/install-deps.sh)")
    }

    @Test func aWorkerWithOtherDataIsRefusedWithBothDigests() throws {
      try withTemporaryFolder { folder in
        try makeData(folder + "/here", seed: 1)
        try makeData(folder + "/there", seed: 2)
        let file = folder + "/sweep.yaml"
        try """
        name: mixed
        base: {dataset_name: "hdf5:cells.h5", model_type: GS_Dis, n_required: 10, temp: 0.5, epochs: 2, batch_n: 10,
          sample_size_testing: 2, seed: 1}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let coordinator = try RunningProgram(
          "igr-coordinator",
          [
            file, "--bind", "tcp://127.0.0.1:*", "--insecure-loopback", "--results", folder + "/results",
          ], environment: ["IGR_DATA": folder + "/here"])
        defer { kill(coordinator.processID, SIGKILL) }
        let line = try #require(
          coordinator.waitForErrorLines { $0.contains("bound to tcp://") }.first, "\(coordinator.errorsSoFar)"
        )
        let endpoint = String(try #require(line.firstMatch(of: /tcp:\/\/127\.0\.0\.1:\d+/)).output)
        let words = ["--connect", endpoint, "--insecure-loopback", "--shared-results", folder + "/results"]

        let refused = try RunningProgram.run(
          "igr-worker", words, environment: ["IGR_DATA": folder + "/there"])
        #expect(refused.status == 2, "\(refused.errors)")
        let told = try #require(
          refused.errors.firstMatch(
            of: /trains on hdf5:cells\.h5 of digest (\w+), the worker has (\w+): use the same files on both/),
          "\(refused.errors)")
        #expect(told.1 != told.2)

        let welcome = try RunningProgram.run("igr-worker", words, environment: ["IGR_DATA": folder + "/here"])
        #expect(welcome.status == 0, "\(welcome.errors)")
        #expect(coordinator.waitForEnd().status == 0, "\(coordinator.errorsSoFar)")
      }
    }

    /// Its numbers would be others. The worker's side is played; what the coordinator answers any worker obeys, as above.
    @Test func aWorkerOfAnotherResultVersionIsRefusedWithBothVersions() throws {
      try withTemporaryFolder { folder in
        let stage = try PromiseStage(PromiseSweep(seeds: [1], epochs: 5), in: folder)
        let coordinator = try stage.startCoordinator()
        let line = try #require(coordinator.waitForErrorLines { $0.contains("bound to tcp://") }.first)
        let address = String(try #require(line.firstMatch(of: /tcp:\/\/127\.0\.0\.1:\d+/)).output)
        let socket = try Socket(.dealer, in: Context(), options: Socket.Options(linger: .zero))
        defer { socket.close() }
        try socket.connect(#require(Endpoint(address)))
        let other = EngineVersion.result + 1
        let hello = WorkerIntroduction(
          worker: .random(), host: "there", processID: 1, slots: 1, cpu: "c", blas: "b",
          engineResultVersion: other, held: [])
        let word = try answer(to: .hello(hello), over: socket)
        guard case .refused(let reason) = word else {
          Issue.record("answered \(word)")
          return
        }
        #expect(
          reason.contains("\(EngineVersion.result)")
            && reason.contains("\(other): install the same igr on both"),
          "\(reason)")
        // Nor does it get a trial when it asks all the same.
        #expect(try answer(to: .requestTrial, over: socket) == .introduceYourself)
        let worker = try stage.startWorker()
        #expect(coordinator.waitForEnd().status == 0)
        #expect(worker.waitForEnd().status == 0)
      }
    }

    /// Says it again until there is an answer, as a worker does: a word is lost with the connection that a coordinator
    /// gives up when this process stood still.
    private func answer(to message: WorkerMessage, over socket: Socket) throws -> CoordinatorMessage {
      var poller = Poller([Poller.Item(socket)])
      // Answers to what was said before.
      while try socket.receive() != nil {}
      for _ in 0..<60 {
        #expect(try socket.send([message.encoded()]) == .sent)
        if try poller.wait(timeout: .seconds(2)), let frames = try socket.receive() {
          return try CoordinatorMessage(decoding: #require(frames.first))
        }
      }
      throw CoordinatorIsSilent()
    }

    private struct CoordinatorIsSilent: Error {}
  }
}
