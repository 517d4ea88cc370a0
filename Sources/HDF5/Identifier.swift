import CHDF5

/// Owns one HDF5 identifier for the length of a scope. Lives inside the access lane only.
struct Identifier: ~Copyable {
  typealias Closing = @convention(c) (hid_t) -> herr_t

  let raw: hid_t
  private let closing: Closing

  /// Takes ownership of `raw`.
  ///
  /// - Throws: `HDF5Error` with the library's error stack when `raw` is negative, which is how the call that made
  ///   it reports failure.
  init(
    _ raw: hid_t, closedBy closing: @escaping Closing, _ call: StaticString, _ place: HDF5Place
  ) throws(HDF5Error) {
    guard raw >= 0 else { throw HDF5Error(failed: call, at: place) }
    self.raw = raw
    self.closing = closing
  }

  /// Closes now, so that a failure to write what the library still holds in memory is seen.
  consuming func close(_ call: StaticString, _ place: HDF5Place) throws(HDF5Error) {
    let raw = raw
    let closing = closing
    discard self
    try check(closing(raw), call, place)
  }

  deinit { _ = closing(raw) }
}

/// - Throws: `HDF5Error` with the library's error stack when `status` is negative.
func check(_ status: herr_t, _ call: StaticString, _ place: HDF5Place) throws(HDF5Error) {
  if status < 0 { throw HDF5Error(failed: call, at: place) }
}
