import Testing

@testable import Launching

/// What Slurm says, and the sizes of its arrays.
@Suite struct SlurmWordsTests {
  @Test func jobNumbers() {
    #expect(SbatchAnswer.job("17\n") == 17)
    #expect(SbatchAnswer.job("17;cluster\n") == 17)
    #expect(SbatchAnswer.job("a warning\n18\n") == 18)
    #expect(SbatchAnswer.job("Submitted batch job 17") == nil)
    #expect(SbatchAnswer.job("") == nil)
  }

  @Test func anUnknownPartitionIsToldWithThoseThereAre() {
    let text = SbatchAnswer.refusal(
      script: "/r/workers-1.sbatch",
      errors: """
        sbatch: error: invalid partition specified: nowhere
        sbatch: error: Batch job submission failed: Invalid partition name specified

        """, profile: "slurm.yaml", partitions: ["main", "urgent"])
    #expect(
      text
        == "sbatch rejected /r/workers-1.sbatch: invalid partition specified: nowhere; Batch job submission failed: Invalid"
        + " partition name specified. Nothing is left in the queue; the cluster has the partitions main, urgent: correct"
        + " 'partition' of slurm.yaml")
  }

  @Test func anotherRejectionIsToldAsItIs() {
    let text = SbatchAnswer.refusal(
      script: "c.sbatch", errors: "sbatch: error: Batch job submission failed: Invalid account\n",
      profile: "p.yaml",
      partitions: ["main"])
    #expect(
      text
        == "sbatch rejected c.sbatch: Batch job submission failed: Invalid account. Nothing is left in the queue; correct"
        + " p.yaml, or the script, and launch again")
  }

  @Test func aControllerThatDoesNotAnswerHasRejectedNothing() {
    let errors =
      "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\n"
    #expect(SbatchAnswer.isSilence(errors))
    #expect(!SbatchAnswer.isSilence("sbatch: error: Batch job submission failed: Invalid account\n"))
    #expect(
      SbatchAnswer.refusal(script: "c.sbatch", errors: errors, profile: "p.yaml", partitions: ["main"])
        == "sbatch could not submit c.sbatch: Batch job submission failed: Unable to contact slurm controller (connect"
        + " failure). Slurm's controller does not answer ('scontrol ping' tells when it does): launch again then"
    )
  }

  @Test func arraysAreSplitBeyondTheirMaximum() {
    #expect(WorkerArrays.sizes(workers: 5, maximumSize: 1001) == [5])
    #expect(WorkerArrays.sizes(workers: 1001, maximumSize: 1001) == [1001])
    #expect(WorkerArrays.sizes(workers: 2500, maximumSize: 1001) == [1001, 1001, 498])
    #expect(WorkerArrays.sizes(workers: 3, maximumSize: 1) == [1, 1, 1])
  }

  @Test func theMaximumIsReadFromTheConfiguration() {
    #expect(
      WorkerArrays.maximumSize(
        inConfiguration: "MailProg = /bin/true\nMaxArraySize            = 4001\nMaxJobs = 3\n")
        == 4001)
    #expect(WorkerArrays.maximumSize(inConfiguration: "slurm_load_ctl_conf error") == nil)
  }

  @Test func theNewestAddressIsOfTheLastRestartOfTheLastJob() {
    #expect(
      LaunchFolder.newestAddress(among: ["address.9.2", "address.10.0", "address.9.11"]) == "address.10.0")
    #expect(LaunchFolder.newestAddress(among: ["address.9.2", "address.9.11"]) == "address.9.11")
    // Half-written files, and those of others.
    #expect(
      LaunchFolder.newestAddress(among: ["address.9.2.new", ".address.9.3", "over", "address.x.1"]) == nil)
  }
}
