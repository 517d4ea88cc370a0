import Launching
import ResultStore
import ZeroMQ

/// The folder of a launch, in which every life of a coordinator leaves a file that says where it is.
struct AddressFolder {
  let path: String

  /// Nil while there is none, or the disk cannot be read: it is asked again.
  func newest() -> Endpoint? {
    guard let names = try? DurableFile.names(in: path), let name = LaunchFolder.newestAddress(among: names),
      let text = try? DurableFile.read("\(path)/\(name)")
    else { return nil }
    return Endpoint(String(text.prefix { !$0.isNewline }))
  }
}
