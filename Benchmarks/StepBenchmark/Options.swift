import Glibc

struct Options {
  var only: (model: String, architecture: String)?
  var batch: Int?
  /// Of the pixels, 13 % are set in a binarised digit; 1 stands for grey images.
  var share = 0.13
  var rounds: Int?
  /// More than one: the step by so many threads beside the step by one, instead of its parts and its floor.
  var threads = 1
  var asJSON = false

  init(_ arguments: ArraySlice<String>) {
    var rest = arguments
    func next() -> String {
      guard let value = rest.popFirst() else { Self.refuse("an option lacks its value") }
      return value
    }
    func number<Value: LosslessStringConvertible>() -> Value {
      let text = next()
      guard let value = Value(text) else { Self.refuse("\(text) is no number") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--only": only = (next(), next())
      case "--batch": batch = number()
      case "--share": share = number()
      case "--rounds": rounds = number()
      case "--threads": threads = number()
      case "--json": asJSON = true
      default: Self.refuse("no option \(option)")
      }
    }
  }

  static func refuse(_ reason: String) -> Never {
    print("igr-step-benchmark: \(reason)")
    exit(2)
  }
}
