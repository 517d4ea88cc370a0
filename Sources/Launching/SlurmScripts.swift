/// The batch scripts of a sweep: pure text, so that it can be printed, kept and submitted by hand.
///
/// Both scripts wait in the batch shell for the program, because only the shell hears `--signal=B:`: it forwards the
/// signal, waits again, and puts its own job back into the queue when the time limit, not a person, was the reason.
public struct SlurmScripts: Hashable, Sendable {
  public var profile: SlurmProfile
  public var sweep: String
  /// Absolute paths, on a disk that all nodes share.
  public var results: String
  public var launch: LaunchFolder
  /// The folder of our programs on the nodes.
  public var programs: String
  /// More words for the coordinator and for each worker.
  public var coordinatorArguments: [String]
  public var workerArguments: [String]

  public init(
    profile: SlurmProfile, sweep: String, results: String, launch: LaunchFolder, programs: String,
    coordinatorArguments: [String] = [], workerArguments: [String] = []
  ) {
    self.profile = profile
    self.sweep = sweep
    self.results = results
    self.launch = launch
    self.programs = programs
    self.coordinatorArguments = coordinatorArguments
    self.workerArguments = workerArguments
  }

  /// Why Slurm could not take the folder's name in a script; nil where it can.
  public static func refusal(ofFolder path: String) -> String? {
    TextRules.isWord(path) && !path.contains("%")
      ? nil
      : "\(path): the path goes into options of sbatch, which cannot have blanks, quotes or % in it: choose another"
        + " results folder"
  }

  // MARK: The coordinator

  public var coordinator: String {
    let options = [
      "--job-name=\(sweep)-coordinator", "--output=\(results)/logs/slurm-coordinator-%j.log",
    ]
    return """
      #!/bin/bash
      # The coordinator of the sweep \(sweep), written by igr launch. To submit it by hand: sbatch \(launch.coordinatorScript)
      \(header(options, profile.coordinatorResources))

      \(beginning)
      # Each life of this job has an address file of its own: nobody reads a predecessor's.
      address="$launch/address.$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}"
      \(start("igr-coordinator", coordinatorWords))
      # Nobody needs workers any more that have not begun.
      dismiss() { [[ -e $launch/workers.jobs ]] && while read -r job; do scancel "$@" "$job" 2>/dev/null; done <"$launch/workers.jobs"; }
      case $code in
        0 | 1)
          echo "the sweep is over" >"$launch/over"
          dismiss --state=PENDING
          \(program("igr")) table \(quoted(results)) >/dev/null
          ;;
        2 | 4)
          echo "the coordinator could not go on: its log says why" >"$launch/over"
          dismiss
          ;;
        3) requeue "the coordinator was asked to end" ;;
      esac
      exit "$code"

      """
  }

  private var coordinatorWords: String {
    [
      quoted(results + "/sweep.yaml"), "--results", quoted(results), "--keys", quoted(results + "/keys"),
      "--bind 'tcp://0.0.0.0:*' --advertise \"$(hostname)\" --endpoint-file \"$address\"",
    ].joined(separator: " ") + words(coordinatorArguments)
  }

  // MARK: Workers

  /// - Parameters:
  ///   - number: of the array, from 1 over the whole launch.
  ///   - size: its elements.
  public func workers(number: Int, size: Int) -> String {
    let options = [
      "--job-name=\(sweep)-worker", "--array=0-\(size - 1)",
      "--output=\(results)/logs/slurm-worker-%A_%a.log",
    ]
    return """
      #!/bin/bash
      # Workers of the sweep \(sweep), written by igr launch: every array element is one, so that Slurm replaces a lost
      # one by requeue. To submit it by hand: sbatch \(launch.workerScript(number))
      \(header(options, profile.resources))

      \(beginning)
      if [[ -e $launch/over ]]; then
        cat "$launch/over"
        exit 0
      fi
      \(start("igr-worker", workerWords))
      # 3: the coordinator was silent for too long. While its job is in the queue, so is this one.
      if ((code == 3)) && [[ -e $launch/coordinator.job && -n $(squeue -h -j "$(<"$launch/coordinator.job")" 2>/dev/null) ]]; then
        asked=1
      fi
      requeue "the worker was asked to end"
      exit "$code"

      """
  }

  private var workerWords: String {
    "--connect-folder \"$launch\" --keys \(quoted(results + "/keys")) --shared-results \(quoted(results))"
      + " --slots \(profile.slots)" + words(workerArguments)
  }

  /// A script that holds the worker arrays for a coordinator of the login node: when its standard input ends, because
  /// igr ended or died, they are cancelled, and it waits until they have given their leases back.
  public var holdingWorkers: String {
    """
    #!/bin/bash
    # Holds the worker jobs of the sweep \(sweep), written by igr launch: they are cancelled when igr ends, however it ends.
    launch=\(quoted(launch.path))
    cat >/dev/null
    [[ -e $launch/over ]] || echo "igr launch has ended" >"$launch/over"
    jobs=$(paste -sd, "$launch/workers.jobs")
    scancel ${jobs//,/ }
    while [[ -n $(squeue -h -j "$jobs" 2>/dev/null) ]]; do sleep 1; done

    """
  }

  // MARK: Both

  private func header(_ own: [String], _ resources: SlurmResources) -> String {
    var options = own + ["--ntasks=1"]
    if let account = resources.account { options.append("--account=\(account)") }
    if let partition = resources.partition { options.append("--partition=\(partition)") }
    if let qos = resources.qos { options.append("--qos=\(qos)") }
    if let time = resources.time { options.append("--time=\(time)") }
    if let memory = resources.memory { options.append("--mem=\(memory)") }
    if let cpus = resources.cpus { options.append("--cpus-per-task=\(cpus)") }
    if let constraint = resources.constraint { options.append("--constraint=\(constraint)") }
    options += ["--requeue", "--open-mode=append", "--signal=B:TERM@\(profile.grace)"] + resources.options
    return options.map { "#SBATCH \($0)" }.joined(separator: "\n")
  }

  private var beginning: String {
    let modules = profile.modules.map { "module load \(quoted($0))" }
    return
      (["set -u", "launch=\(quoted(launch.path))"] + modules + profile.setup).joined(separator: "\n")
  }

  private func program(_ name: String) -> String {
    (profile.container.map(quoted) + [quoted("\(programs)/\(name)")]).joined(separator: " ")
  }

  private func words(_ arguments: [String]) -> String { arguments.map { " " + quoted($0) }.joined() }

  /// Starts a program, and leaves its exit code in `code`.
  private func start(_ name: String, _ arguments: String) -> String {
    """
    asked=0
    child=
    end() {
      asked=1
      [[ -n $child ]] && kill -TERM "$child" 2>/dev/null
    }
    # May come twice, from scancel and from here; the program takes both as one word.
    trap end TERM INT
    # At the time limit: back into the queue. A job that a person cancelled, or that Slurm preempts, is not RUNNING any more.
    requeue() {
      if ((asked)) && [[ ! -e $launch/over && $(squeue -h -j "$SLURM_JOB_ID" -o %T 2>/dev/null) == RUNNING ]]; then
        echo "$1; back into the queue"
        scontrol requeue "$SLURM_JOB_ID"
      fi
    }
    \(program(name)) \(arguments) &
    child=$!
    ((asked)) && kill -TERM "$child"
    # A signal ends `wait`, not the program.
    while :; do
      wait "$child"
      code=$?
      kill -0 "$child" 2>/dev/null || break
    done
    """
  }
}
