import Foundation

/// A file of independently computed numbers (Tests/Golden/README.md has their format).
public struct GoldenFile {
  public let name: String
  public let root: [String: Any]

  /// The folder named by `IGR_GOLDEN_DIR`, else the copies in `Tests/Golden`.
  public static var folder: URL {
    if let path = givenFolder { return URL(fileURLWithPath: path) }
    return URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Tests/Golden")
  }

  /// What `IGR_GOLDEN_DIR` names. Such a folder need not hold every file.
  public static var givenFolder: String? { ProcessInfo.processInfo.environment["IGR_GOLDEN_DIR"] }

  /// The list of cases under a key of a file: never empty, except where a given folder has no such file or its file no
  /// such list.
  public static func cases(of name: String, in key: String = "cases") throws -> [GoldenCase] {
    guard try givenFolder == nil || !all(where: { $0 == name }).isEmpty else { return [] }
    let file = try GoldenFile(name)
    if givenFolder != nil, file.root[key] == nil { return [] }
    let cases = try file.cases(in: key)
    if cases.isEmpty { throw GoldenError(message: "\(name): no case in \(key)") }
    return cases
  }

  /// Every `*.json` of the folder whose name passes, sorted by name.
  public static func all(where isWanted: (String) -> Bool) throws -> [GoldenFile] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".json") && isWanted(String($0.dropLast(5))) }
      .map { try GoldenFile(String($0.dropLast(5))) }
  }

  public init(_ name: String) throws {
    self.name = name
    let data = try Data(contentsOf: Self.folder.appendingPathComponent(name + ".json"))
    guard let root = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw GoldenError(message: "\(name): not a JSON object")
    }
    self.root = root
  }

  /// The list of cases under a key of the file.
  func cases(in key: String) throws -> [GoldenCase] {
    guard let cases = root[key] as? [[String: Any]] else {
      throw GoldenError(message: "\(name): no \(key)")
    }
    return cases.map { GoldenCase(file: name, values: $0) }
  }

  /// The whole file as one case.
  public var single: GoldenCase { GoldenCase(file: name, values: root) }
}

public struct GoldenError: Error, CustomStringConvertible {
  public let message: String
  public var description: String { message }

  public init(message: String) { self.message = message }
}

/// One case of a golden file, or a part of one.
public struct GoldenCase: CustomStringConvertible {
  public let file: String
  public let values: [String: Any]

  public var name: String { values["name"] as? String ?? file }
  public var description: String { "\(file): \(name)" }
  public var keys: Set<String> { Set(values.keys) }

  public func number(_ key: String) throws -> Double {
    guard let number = values[key] as? NSNumber else {
      throw GoldenError(message: "\(self): no number \(key)")
    }
    return number.doubleValue
  }

  public func integer(_ key: String) throws -> Int { Int(try number(key)) }

  public func text(_ key: String) throws -> String {
    guard let text = values[key] as? String else { throw GoldenError(message: "\(self): no text \(key)") }
    return text
  }

  public func boolean(_ key: String) -> Bool { (values[key] as? NSNumber)?.boolValue ?? false }

  public func integers(_ key: String) throws -> [Int] {
    guard let numbers = values[key] as? [NSNumber] else {
      throw GoldenError(message: "\(self): no list \(key)")
    }
    return numbers.map(\.intValue)
  }

  public func part(_ key: String) throws -> GoldenCase {
    guard let part = values[key] as? [String: Any] else {
      throw GoldenError(message: "\(self): no part \(key)")
    }
    return GoldenCase(file: "\(file): \(name): \(key)", values: part)
  }

  public func array(_ key: String) throws -> GoldenArray {
    guard let value = values[key] as? [String: Any], let array = GoldenArray(value) else {
      throw GoldenError(message: "\(self): no array \(key)")
    }
    return array
  }

  public func arrays(_ key: String) throws -> [GoldenArray] {
    guard let list = values[key] as? [[String: Any]] else {
      throw GoldenError(message: "\(self): no arrays \(key)")
    }
    return try list.map { value in
      guard let array = GoldenArray(value) else {
        throw GoldenError(message: "\(self): \(key) holds no array")
      }
      return array
    }
  }
}

/// An array with its tolerance.
public struct GoldenArray {
  public let shape: [Int]
  /// As written; inputs are meant as Float32 (`float32`), outputs as they stand.
  public let values: [Double]
  public let tolerance: Double?
  public let scale: Double?

  /// An array that stands in no file.
  public init(shape: [Int], values: [Double], tolerance: Double) {
    self.shape = shape
    self.values = values
    self.tolerance = tolerance
    scale = 0
  }

  init?(_ value: [String: Any]) {
    guard let shape = value["shape"] as? [NSNumber], let data = value["data"] as? [NSNumber] else {
      return nil
    }
    self.shape = shape.map(\.intValue)
    values = data.map(\.doubleValue)
    tolerance = (value["tol"] as? NSNumber)?.doubleValue
    scale = (value["scale"] as? NSNumber)?.doubleValue
    if values.count != self.shape.reduce(1, *) { return nil }
  }

  /// Inputs as Float32, exactly.
  public var float32: [Float] { values.map(Float.init) }

  /// The first element that differs by more than the file's tolerance, told in words; nil when all agree.
  ///
  /// Passes where |got − want| ≤ tol·max(|want|, scale).
  ///
  /// - Parameter tolerance: in place of the file's, for a Float64 evaluation. A difference of 3e-14 passes then, unless
  ///   the check is purely relative (scale 0): the wanted numbers are themselves sums of terms near 1, rounded as such.
  public func disagreement(with got: [Double], tolerance: Double? = nil, skipping: Set<Int> = []) -> String? {
    guard got.count == values.count else { return "\(got.count) elements, wanted \(values.count)" }
    let isFloat64 = tolerance != nil
    let tolerance = tolerance ?? self.tolerance ?? 1e-5
    let scale = scale ?? values.map(abs).max() ?? 0
    let roundingOfWanted = isFloat64 && scale > 0 ? 3e-14 : 0
    var worst: (ratio: Double, text: String)?
    for (index, (want, got)) in zip(values, got).enumerated() where !skipping.contains(index) {
      let allowed = max(tolerance * max(abs(want), scale), roundingOfWanted)
      let difference = abs(got - want)
      if difference <= allowed { continue }
      let ratio = difference.isNaN ? .infinity : difference / allowed
      if ratio > worst?.ratio ?? 0 {
        worst = (
          ratio,
          "element \(index): got \(got), want \(want), off by \(ratio) times the tolerance \(tolerance)"
        )
      }
    }
    return worst?.text
  }
}
