import Trials

extension SweepFileReader {
  mutating func apply(_ override: String) {
    let place = SweepFileProblem.Place.override(override)
    guard let sign = override.firstIndex(of: "="), sign > override.startIndex else {
      refuse(
        at: place, "must look like key=value, as in temp=0.5, seed=[1, 2] or checkpoint.every_seconds=30")
      return
    }
    let key = String(override[..<sign])
    let node: YAMLNode
    do {
      let text = String(override[override.index(after: sign)...])
      node = try YAMLNode.reading(text, place: { _, _ in place }) ?? YAMLNode(content: .null, place: place)
    } catch {
      refuse(at: place, error.message)
      return
    }
    if let hyperparameter = Hyperparameter.named(key) {
      fixOrSpread(hyperparameter, with: node, key: key)
    } else if key == "num_of_repetitions" {
      readRepetitions(node)
      forgetAxis("seed")
      definition.fixed["seed"] = nil
    } else if key == "exclude" {
      readExclusions(node)
    } else if key == "when" {
      readDropRules(node)
    } else if SweepSetting.structural.contains(key) {
      refuse(
        at: place,
        "'\(key)' is a part of the file; set one of its hyperparameters by name, as in temp=[0.1, 0.5]")
    } else {
      set(key, to: node, at: place)
    }
  }

  mutating func fixOrSpread(_ hyperparameter: Hyperparameter, with node: YAMLNode, key: String) {
    let name = hyperparameter.name
    if name == "seed" { repetitions = nil }
    if !isOneValue(node, of: hyperparameter) {
      let entry = YAMLNode.Entry(key: key, place: node.place, value: node)
      guard let axis = axis(entry, in: "grid") else { return }
      definition.fixed[name] = nil
      if let index = definition.axes.firstIndex(where: { $0.names == [name] }) {
        definition.axes[index] = axis
      } else {
        forgetAxis(name)
        definition.axes.append(axis)
      }
    } else {
      guard let value = checked(node, for: hyperparameter) else { return }
      forgetAxis(name)
      definition.fixed[name] = value
    }
  }

  /// Whether an option fixed a name of `sample`.
  var hasFixedSample: Bool { sampledBefore > sample.dimensions.count }

  mutating func forgetAxis(_ name: String) {
    definition.axes.removeAll { $0.names == [name] }
    sampledBefore = max(sampledBefore, sample.dimensions.count)
    sample.dimensions.removeAll { $0.name == name }
    guard var joined = zip, let column = joined.names.firstIndex(of: name) else { return }
    joined.names.remove(at: column)
    joined.places.remove(at: column)
    for row in joined.rows.indices { joined.rows[row].remove(at: column) }
    zip = joined.names.isEmpty ? nil : joined
  }
}
