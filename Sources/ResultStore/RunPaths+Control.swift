import Glibc

/// What people want of a running sweep lies in files, so that it works from every machine that sees the folder.
extension RunPaths {
  /// One file per order, removed once it is carried out. Made with the first order.
  public var controlFolder: String { root + "/control" }
  private var answersFolder: String { controlFolder + "/answers" }

  /// - Parameter id: of `[0-9a-zA-Z-]`; orders are carried out in the order of their ids.
  public func orderFile(_ id: String) -> String { "\(controlFolder)/\(id).json" }
  /// Removed by whoever reads it.
  public func answerFile(_ id: String) -> String { "\(answersFolder)/\(id).json" }

  /// Ids of orders that wait, in their order; none where there is no folder.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func waitingOrders() throws(ResultStoreError) -> [String] {
    do {
      return try DurableFile.names(in: controlFolder).filter { !$0.hasPrefix(".") && $0.hasSuffix(".json") }
        .map { String($0.dropLast(5)) }
    } catch  where error.code == .missing {
      return []
    }
  }

  /// Makes the folders of orders and answers, if they are not there.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func makeControlFolder() throws(ResultStoreError) {
    for folder in [controlFolder, answersFolder] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw ResultStoreError(system: errno, folder, cannotBe: "created")
    }
  }
}
