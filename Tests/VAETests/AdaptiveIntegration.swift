/// Integrals of several functions at once over an interval, each to an absolute error: the interval is halved until
/// the 7-point Gauss and the 15-point Kronrod rule agree (Piessens et al. 1983, QUADPACK).
///
/// - Parameters:
///   - breaks: where to begin halving, rising; between two of them the functions should be smooth.
///   - f: writes the functions' values at a point.
func integrals(
  count: Int, over breaks: [Double], tolerance: Double, _ f: (_ t: Double, _ values: inout [Double]) -> Void
) -> [Double] {
  let nodes = [
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
    0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
    0.586087235467691130294144691258600, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0,
  ]
  let kronrod = [
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
    0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
    0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
  ]
  // Of the nodes with odd places.
  let gauss = [
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
  ]
  var sums = [Double](repeating: 0, count: count)
  var values = sums
  func add(_ lower: Double, _ upper: Double, depth: Int) {
    let (center, half) = ((lower + upper) / 2, (upper - lower) / 2)
    var fine = [Double](repeating: 0, count: count)
    var difference = fine
    for (place, node) in nodes.enumerated() {
      for t in node == 0 ? [center] : [center - half * node, center + half * node] {
        f(t, &values)
        for (index, value) in values.enumerated() {
          fine[index] += kronrod[place] * value * half
          difference[index] +=
            (kronrod[place] - (place % 2 == 1 ? gauss[place / 2] : 0)) * value * half
        }
      }
    }
    if depth == 40 || difference.allSatisfy({ abs($0) <= tolerance }) {
      for (index, value) in fine.enumerated() { sums[index] += value }
    } else {
      add(lower, center, depth: depth + 1)
      add(center, upper, depth: depth + 1)
    }
  }
  for (lower, upper) in zip(breaks, breaks.dropFirst()) where lower < upper { add(lower, upper, depth: 0) }
  return sums
}
