/// What the end of an ssh command means, in words that say what to do.
public enum SSHFailure {
  /// A host that lets ssh in, and then says nothing for so many seconds.
  public static func lateness(host: SSHHost, seconds: Int, errors: String) -> String {
    let last = errors.split(separator: "\n").last.map { " (\($0))" } ?? ""
    return
      "\(host.name): it did not answer within \(seconds) s\(last): does 'ssh \(login(host)) \(host.program) describe'"
      + " end by itself? A disk that hangs, or a login shell that waits for something, would do that"
  }

  private static func login(_ host: SSHHost) -> String { (host.user.map { "\($0)@" } ?? "") + host.name }

  /// - Parameters:
  ///   - code: ssh's exit code; 255 is its own, everything else the remote program's.
  ///   - errors: what was written to standard error.
  public static func text(host: SSHHost, code: Int32, errors: String) -> String {
    let lines = errors.split(separator: "\n").map(String.init)
    let last = lines.last { !$0.isEmpty } ?? ""
    let login = login(host)
    func has(_ words: String) -> Bool { errors.contains(words) }
    switch code {
    case 255 where has("REMOTE HOST IDENTIFICATION HAS CHANGED"):
      return
        "\(host.name): its host key is another than the one in known_hosts, so ssh refuses it: if the machine was"
        + " installed anew, remove the old key with 'ssh-keygen -R \(host.name)' and log in once by hand; else somebody"
        + " stands in between"
    case 255 where has("Host key verification failed"):
      return
        "\(host.name): its host key is not known yet, so ssh refuses it: log in once by hand, 'ssh \(login)', and"
        + " accept the key"
    case 255 where has("Permission denied"):
      return "\(host.name): ssh may not log in (\(last)): igr asks for no password; set up a key with"
        + " 'ssh-copy-id \(login)', or name one with 'identity_file'"
    case 255 where has("Could not resolve hostname"):
      return "\(host.name): there is no host of this name (\(last)): correct 'hosts' of the profile"
    case 255:
      return "\(host.name): cannot be reached (\(last.isEmpty ? "ssh ended with 255" : last)): does"
        + " 'ssh \(login) true' work from here?"
    case 126, 127:
      return
        "\(host.name): '\(host.program)' is not there or cannot be run (\(last)): install igr on that host, and give"
        + " its path with 'program'"
    default:
      return "\(host.name): '\(host.program) describe' ended with code \(code)"
        + (last.isEmpty ? "" : " (\(last))") + ": is it an igr-worker of this version?"
    }
  }
}
