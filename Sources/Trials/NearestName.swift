/// The name in `names` nearest to `name` by edit distance (insert, delete, replace, swap of neighbours), for
/// "did you mean …?".
///
/// - Returns: nil when even the nearest differs in more than a third of its letters, which would only puzzle, unless
///   `name` is its beginning, or nearly.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  // Typed in part is nearer than typed wrongly: `test_log` is no misspelt `test_elbo`.
  if name.utf8.count >= 4, let whole = names.first(where: { $0.lowercased().hasPrefix(name.lowercased()) }) {
    return whole
  }
  var best: (name: String, distance: Int)?
  for candidate in names {
    let distance = editDistance(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  if let best, best.distance < max(name.utf8.count, best.name.utf8.count),
    best.distance <= max(1, max(name.utf8.count, best.name.utf8.count) / 3)
  {
    return best.name
  }
  return nearestBeginning(name, names)
}

/// The name that begins most nearly like `name`.
private func nearestBeginning(_ name: String, _ names: some Sequence<String>) -> String? {
  guard name.utf8.count >= 4 else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in names {
    // The last row holds the distances from `name` to every beginning of the candidate.
    let row = editDistances(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
    let distance = row.min() ?? .max
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  guard let best, best.distance <= name.utf8.count / 4 else { return nil }
  return best.name
}

/// Optimal string alignment distance.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int { editDistances(a, b)[b.count] }

/// The distances of `a` to every beginning of `b`, the empty one first.
private func editDistances(_ a: [UInt8], _ b: [UInt8]) -> [Int] {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
      row.append(distance)
    }
    beforeLast = last
    last = row
  }
  return last
}
