/// The text of a library call that is asked twice: for its length without the NUL, then for its bytes.
/// Nil when the length is negative, which is how such calls report failure.
func libraryText(_ call: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> String? {
  let length = call(nil, 0)
  guard length >= 0 else { return nil }
  var bytes = [CChar](repeating: 0, count: length + 1)
  guard call(&bytes, bytes.count) >= 0 else { return nil }
  return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
