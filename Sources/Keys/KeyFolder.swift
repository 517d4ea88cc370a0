import Glibc
import ResultStore
import ZeroMQ

/// A folder with the keys of one coordinator and its workers, mode 0700.
///
/// ```
/// server.secret  both halves of the coordinator's key, mode 0600; stays where the coordinator runs
/// server.public  what every worker needs
/// NAME.secret    both halves of a worker's key, mode 0600; goes to the worker's machine, with server.public
/// NAME.public
/// allowed.keys   who may connect; stays where the coordinator runs
/// ```
public struct KeyFolder: Hashable, Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public var accessListFile: String { path + "/allowed.keys" }
  public func secretFile(_ name: KeyName) -> String { "\(path)/\(name).secret" }
  public func publicFile(_ name: KeyName) -> String { "\(path)/\(name).public" }

  // MARK: Making

  /// Makes what is missing of the folder, the coordinator's key, and the keys of these workers, who are allowed to
  /// connect when their keys are new. Nothing that is there is replaced.
  ///
  /// - Returns: the names of the keys that were made.
  /// - Throws: `KeyError`.
  @discardableResult
  public func make(workers: [KeyName] = [.worker]) throws(KeyError) -> [KeyName] {
    if workers.contains(.server) {
      throw KeyError(path, "'server' is the coordinator's own key; give the worker another name")
    }
    try makeFolder()
    var made: [KeyName] = []
    if try makePair(.server) { made.append(.server) }
    var list = try access(accessListFile, F_OK) == 0 ? accessList() : AccessList()
    var hasChanged = access(accessListFile, F_OK) != 0
    for name in workers {
      let isNew = try makePair(name)
      if isNew { made.append(name) }
      let key = try publicKey(name)
      // A revoked key that is still there must not come back by itself.
      guard list.verdict(on: key) == .unknown else { continue }
      list.put(AccessList.Entry(name: name, key: key, isAllowed: true))
      hasChanged = true
    }
    if hasChanged { try replace(list) }
    return made
  }

  /// Revokes every key of this name: whoever has it gets nothing any more.
  ///
  /// - Throws: `KeyError` when no such key is allowed.
  public func revoke(_ name: KeyName) throws(KeyError) {
    var list = try accessList()
    guard list.revoke(name) > 0 else {
      let known = list.entries.filter(\.isAllowed).map(\.name.description).joined(separator: ", ")
      throw KeyError(
        accessListFile, "no key called '\(name)' is allowed; allowed are: \(known.isEmpty ? "none" : known)")
    }
    try replace(list)
  }

  // MARK: Reading

  /// - Throws: `KeyError` when the file is missing or wrong.
  public func accessList() throws(KeyError) -> AccessList {
    try AccessList(text: read(accessListFile, isSecret: false), path: accessListFile)
  }

  /// - Throws: `KeyError` when the file is missing or wrong.
  public func publicKey(_ name: KeyName) throws(KeyError) -> CurveKey {
    let path = publicFile(name)
    let text = try read(path, isSecret: false)
    let words = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    guard words.count == 1, let key = CurveKey(String(words[0])) else {
      throw KeyError(
        path, "holds no public key of 40 characters; copy it again from where 'igr keys' made it")
    }
    return key
  }

  /// Both halves.
  ///
  /// - Throws: `KeyError` when the file is missing, wrong, or can be read by others.
  public func pair(_ name: KeyName) throws(KeyError) -> CurveKeyPair {
    let path = secretFile(name)
    let lines = KeyLines(try read(path, isSecret: true))
    guard let pair = lines.pair else {
      throw KeyError(path, "holds no key pair; copy it again from where 'igr keys' made it")
    }
    guard pair.isConsistent else {
      throw KeyError(
        path, "its public and its secret half do not belong together; copy it again, or make new keys")
    }
    return pair
  }

  /// The names that have a secret file here, sorted, without the coordinator's.
  ///
  /// - Throws: `KeyError` when the folder cannot be listed.
  public func workerNames() throws(KeyError) -> [KeyName] {
    guard let stream = opendir(path) else { throw KeyError(system: errno, path, cannotBe: "listed") }
    defer { closedir(stream) }
    var names: [KeyName] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".secret"), let key = KeyName(String(name.dropLast(7))), key != .server else {
        continue
      }
      names.append(key)
    }
    return names.sorted()
  }

  /// The one worker key of the folder, or that of the given name.
  ///
  /// - Throws: `KeyError` when there is none, or there are several to choose from.
  public func workerPair(_ name: KeyName?) throws(KeyError) -> CurveKeyPair {
    if let name { return try pair(name) }
    let names = try workerNames()
    if names.contains(.worker) { return try pair(.worker) }
    guard let only = names.first, names.count == 1 else {
      throw KeyError(
        path,
        names.isEmpty
          ? "holds no worker's key (NAME.secret); make one with 'igr keys', or copy it here"
          : "holds several keys (\(names.map(\.description).joined(separator: ", "))); choose one with --key")
    }
    return try pair(only)
  }

  // MARK: Files

  private func makeFolder() throws(KeyError) {
    if mkdir(path, 0o700) == 0 { return }
    guard errno == EEXIST else { throw KeyError(system: errno, path, cannotBe: "created") }
    var status = stat()
    guard stat(path, &status) == 0 else { throw KeyError(system: errno, path, cannotBe: "read") }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw KeyError(path, "is no folder; choose another name")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw KeyError(
        path,
        "is open to group or others (mode \(octal(status.st_mode))): chmod 700 it, or choose another folder")
    }
  }

  /// - Returns: whether the pair is new.
  private func makePair(_ name: KeyName) throws(KeyError) -> Bool {
    let isThere = access(secretFile(name), F_OK) == 0
    if !isThere {
      let pair: CurveKeyPair
      do {
        pair = try CurveKeyPair.random()
      } catch {
        throw KeyError(path, "no key can be made, libzmq was built without CURVE: \(error)")
      }
      let text =
        "# The secret key '\(name)' of igr. Whoever can read this file can take its place.\n"
        + "public \(pair.publicKey.text)\nsecret \(pair.secretKey.text)\n"
      do {
        try DurableFile.create(secretFile(name), with: text, isPrivate: true)
      } catch  where error.code == .exists {
        // Another process made it in between.
      } catch {
        throw KeyError(error.path, error.message)
      }
    }
    let pair = try pair(name)
    if (try? publicKey(name)) != pair.publicKey {
      do {
        try DurableFile.replace(
          publicFile(name), with: "# The public key '\(name)' of igr.\n\(pair.publicKey.text)\n")
      } catch {
        throw KeyError(error.path, error.message)
      }
    }
    return !isThere
  }

  private func replace(_ list: AccessList) throws(KeyError) {
    do {
      try DurableFile.replace(accessListFile, with: list.text)
    } catch {
      throw KeyError(error.path, error.message)
    }
  }

  /// The text of a file. A secret one that others can read is refused: they may know it by now.
  private func read(_ path: String, isSecret: Bool) throws(KeyError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { throw KeyError(system: errno, path, cannotBe: "read") }
    if isSecret {
      guard status.st_mode & 0o077 == 0 else {
        throw KeyError(
          path,
          "is a secret key that group or others can read (mode \(octal(status.st_mode))): if nobody else can have read"
            + " it, chmod 600 it; else revoke it and make a new one with 'igr keys'")
      }
      guard status.st_uid == geteuid() || status.st_uid == 0 else {
        throw KeyError(path, "is a secret key of another user (\(status.st_uid)): copy it as your own file")
      }
    }
    do {
      return try DurableFile.read(path)
    } catch {
      throw KeyError(error.path, error.message)
    }
  }

  private func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }
}
