import Glibc
import HDF5

/// Why a file of a results folder could not be written, read or trusted.
public struct ResultStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public struct Code: Hashable, Sendable {
    let name: String
    /// There is no such file.
    public static let missing = Code(name: "missing")
    /// Something lies where something new was to be.
    public static let exists = Code(name: "exists")
    /// The file is not HDF5 at all.
    public static let notHDF5 = Code(name: "not HDF5")
    /// The file was cut off or altered: what it holds is not what was written.
    public static let damaged = Code(name: "damaged")
    /// The file lacks a group, dataset or attribute.
    public static let incomplete = Code(name: "incomplete")
    /// The file was written by a newer program.
    public static let newerSchema = Code(name: "newer schema")
    /// The file's numbers follow other rules than this program's (`EngineVersion.result`).
    public static let otherEngine = Code(name: "other engine")
    /// The file belongs to another trial, or is not the one that was announced.
    public static let wrongTrial = Code(name: "wrong trial")
    /// What was to be written breaks a rule of the format.
    public static let invalidRecord = Code(name: "invalid record")
    /// A coordinator works on the folder.
    public static let inUse = Code(name: "in use")
    /// The system refused; `systemError` has its number.
    public static let disk = Code(name: "disk")
  }

  public let code: Code
  public let path: String
  /// What happened and, where something helps, what to do. Without the path.
  public let message: String
  /// The system's error number of a `disk` error.
  public let systemError: Int32?

  init(_ code: Code, _ path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
    systemError = nil
  }

  /// - Parameter action: what could not be done: "written", "renamed to …".
  init(system number: Int32, _ path: String, cannotBe action: String) {
    code = number == ENOENT ? .missing : number == EEXIST || number == ENOTEMPTY ? .exists : .disk
    self.path = path
    message = "cannot be \(action): \(String(cString: strerror(number)))"
    systemError = number
  }

  /// The same of the file that was to appear, where `self` names the temporary one that nobody has asked for.
  func naming(_ target: String) -> ResultStoreError {
    guard let systemError, path != target else { return self }
    let error = ResultStoreError(system: systemError, target, cannotBe: "written")
    guard error.code == .missing else { return error }
    return ResultStoreError(
      .missing, target, "cannot be written: there is no folder \(DurableFile.folder(of: target))")
  }

  init(_ error: HDF5Error) {
    path = error.place.file
    systemError = error.systemError
    switch error.code {
    case _ where error.systemError != nil:
      code = .disk
      message = error.message
    case .missing where error.place.object == "/" && error.message.hasPrefix("cannot be opened"):
      code = .missing
      message = error.message
    case .missing:
      code = .incomplete
      message = error.message
    case .notHDF5:
      code = .notHDF5
      message = error.message
    case .invalidValue:
      code = .invalidRecord
      message = "\(error.place.object): \(error.message)"
    default:
      code = .damaged
      message = "is damaged or cut off: \(error.place.object): \(error.message)"
    }
  }

  /// Runs `body` and gives every error of this module and of HDF5 the type of this module.
  static func translating<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws(ResultStoreError) -> Result {
    do {
      return try body()
    } catch let error as ResultStoreError {
      throw error
    } catch let error as HDF5Error {
      throw ResultStoreError(error)
    } catch {
      throw ResultStoreError(.damaged, path, "\(error)")
    }
  }

  public var description: String { "\(path): \(message)" }
}
