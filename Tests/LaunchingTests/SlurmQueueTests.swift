import Testing

@testable import Launching

/// The jobs of a results folder, found by their scripts.
@Suite struct SlurmQueueTests {
  private let queue = SlurmQueue(
    """
    12 /r/six/launch/1/coordinator.sbatch
    13 /r/six/launch/1/workers-1.sbatch
    13 /r/six/launch/1/workers-1.sbatch
      15 /r/six/launch/2/workers-2.sbatch
    16 /r/sixty/launch/1/coordinator.sbatch
    17 (null)
    18
    slurm_load_jobs error: Unable to contact slurm controller
    """)

  @Test func coordinatorsAndWorkersOfAFolder() {
    #expect(queue.coordinators(of: "/r/six") == [12])
    #expect(queue.workers(of: "/r/six") == [13, 15])
    #expect(queue.coordinators(of: "/r/sixty") == [16])
    #expect(queue.workers(of: "/r/sixty") == [])
    #expect(queue.coordinators(of: "/r") == [])
  }

  @Test func jobsOfOneScript() {
    #expect(queue.jobs(of: "/r/six/launch/1/workers-1.sbatch") == [13])
    #expect(queue.jobs(of: "/r/six/launch/1") == [])
    #expect(SlurmQueue("").jobs(of: "") == [])
  }

  @Test func theQuestionIsAboutOneUsersJobs() {
    #expect(SlurmQueue.question(user: 1000) == ["--noheader", "--users=1000", "--format=%F %o"])
  }
}
