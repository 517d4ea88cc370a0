/// The batch scripts of a sweep: pure text, so that it can be printed, kept and submitted by hand.
///
/// Both scripts wait in the batch shell for the program, because only the shell hears `--signal=B:`: it forwards the
/// signal, waits again, and puts its own job back into the queue when the time limit, not a person, was the reason. It
/// starts a program again that was killed.
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

  /// A program that lived as long as this was not killed early.
  private static let lastingSeconds = 300
  /// Seconds, and a power of two: after eight early kills in a row, in some two minutes, it is given up.
  private static let longestPause = 64

  /// Why Slurm could not take the folder's name in a script; nil where it can.
  public static func refusal(ofFolder path: String) -> String? {
    TextRules.isWord(path) && !path.contains("%")
      ? nil
      : "\(path): the path goes into options of sbatch, where it can have letters from a to z, digits and"
        + " _ - . / : , + = @ ~ alone, no blanks, quotes or %: choose another results folder"
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
      # Workers that begin later end at once, and igr status tells why.
      give_up() {
        echo "$1; its log: \(results)/logs/slurm-coordinator-$SLURM_JOB_ID.log" >"$launch/over"
        dismiss
      }
      case $code in
        0 | 1)
          echo "\(LaunchFolder.sweepIsOver)" >"$launch/over"
          dismiss --state=PENDING
          \(program("igr")) table \(quoted(results)) >/dev/null
          # Those that began when there was nobody left to tell them that it is over.
          dismiss
          ;;
        2 | 4) give_up "the coordinator could not go on" ;;
        3)
          requeue "the coordinator was asked to end"
          # By itself, and nobody has taken its place: workers that wait in the queue would wait for it in vain.
          if ((!asked)) && is_ours; then
            echo "the coordinator ended before the sweep was over, as igr drain asks; igr launch goes on" >"$launch/over"
            dismiss --state=PENDING
          fi
          ;;
        126 | 127) give_up "igr-coordinator could not be run on $(hostname): correct 'programs', 'container' or 'modules' of the profile" ;;
        *) give_up "the coordinator was killed again and again, last with code $code" ;;
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
      # A coordinator that was taken out of the queue comes back no more: its workers would wait for their whole patience.
      if [[ -e $launch/coordinator.job ]] && queue=$(squeue -h -u "$UID" -o %o 2>/dev/null) && [[ $queue != *"$launch/coordinator.sbatch"* ]]; then
        echo "the coordinator's job $(<"$launch/coordinator.job") is not in the queue any more: igr launch goes on"
        exit 0
      fi
      \(start("igr-worker", workerWords))
      # 3: the coordinator was silent for too long. While its job is in the queue, so is this one.
      if ((code == 3)) && [[ -e $launch/coordinator.job && -n $(squeue -h -j "$(<"$launch/coordinator.job")" 2>/dev/null) ]]; then
        asked=1
      fi
      # For igr status: what takes workers away, while the coordinator waits for them.
      trouble=
      case $code in
        0 | 3) ;;
        126 | 127) trouble="igr-worker could not be run on $(hostname): correct 'programs', 'container' or 'modules' of the profile" ;;
        2) trouble="a worker on $(hostname) was refused" ;;
        *) trouble="a worker on $(hostname) could not work (code $code)" ;;
      esac
      log=\(quoted(results))"/logs/slurm-worker-${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID.log"
      [[ -n $trouble ]] && echo "$trouble; its log: $log" >>"$launch/trouble"
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
    options +=
      ["--requeue", "--open-mode=append", "--signal=B:TERM@\(profile.grace)"]
      + resources.options.map(Self.directive)
    return options.map { "#SBATCH \($0)" }.joined(separator: "\n")
  }

  /// Slurm takes a line apart at blanks that are not quoted.
  private static func directive(_ option: String) -> String {
    guard let equals = option.firstIndex(of: "="), option[..<equals].allSatisfy({ $0 != " " }),
      option.contains(where: { $0 == " " || $0 == "#" }), !option.contains("\"")
    else { return option }
    return "\(option[...equals])\"\(option[option.index(after: equals)...])\""
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
    # At the time limit: back into the queue. A job that a person cancelled, or that Slurm preempts, is not RUNNING any more;
    # one that was cut off, and that Slurm has started again elsewhere, has another count of restarts.
    job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
    job=${job:-$SLURM_JOB_ID}
    is_ours() { [[ $(scontrol show job --oneliner "$job" 2>/dev/null) == *" JobState=RUNNING "*" Restarts=${SLURM_RESTART_COUNT:-0} "* ]]; }
    requeue() {
      if ((asked)) && [[ ! -e $launch/over ]] && is_ours; then
        echo "$1; back into the queue"
        scontrol requeue "$job"
      fi
    }
    pause=1
    while :; do
      began=$SECONDS
      \(program(name)) \(arguments) &
      child=$!
      ((asked)) && kill -TERM "$child"
      # A signal ends `wait`, not the program, whose own end is asked for once more.
      while :; do
        wait "$child"
        code=$?
        kill -0 "$child" 2>/dev/null || break
      done
      wait "$child"
      code=$?
      child=
      # It was killed, as for want of memory: it is started again, after pauses that grow as long as it does not last.
      ((code > 128 && asked == 0)) || break
      ((SECONDS - began < \(Self.lastingSeconds))) || pause=1
      ((pause <= \(Self.longestPause))) || break
      echo "\(name) was killed (code $code); it is started again in $pause s"
      sleep "$pause" &
      wait $!
      ((asked)) && code=3 && break
      pause=$((pause * 2))
    done
    """
  }
}
