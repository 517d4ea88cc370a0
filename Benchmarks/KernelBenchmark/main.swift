import CKernels
import Glibc

/// Nanoseconds per element of every kernel, by target; printed as a table and written as JSON to the file named on the
/// command line.

let count = 8_192
var x = (0..<count).map { Float($0 % 200) * 0.05 - 5 }
var y = [Float](repeating: 0.5, count: count)
var z = y
var m = y
var v = y
let key: [UInt32] = [1, 2]

/// Nanoseconds per element: the best of 20 runs, because everything that disturbs a run makes it longer.
func measure(_ body: () -> Void) -> Double {
  let calls = 50
  var best = Duration.seconds(1_000)
  for _ in 0..<20 {
    best = min(best, ContinuousClock().measure { for _ in 0..<calls { body() } })
  }
  return best / .nanoseconds(1) / Double(calls * count)
}

let unary: [(String, igr_unary_op)] = [
  ("exp", IGR_EXP), ("log", IGR_LOG), ("log1p", IGR_LOG1P), ("tanh", IGR_TANH), ("sigmoid", IGR_SIGMOID),
  ("softplus", IGR_SOFTPLUS), ("relu", IGR_RELU), ("elu", IGR_ELU), ("sqrt", IGR_SQRT),
  ("log_normal_cdf", IGR_LOG_NORMAL_CDF),
]
let kernels: [(String, () -> Void)] =
  unary.map { name, op in (name, { igr_unary_f32(op, count, x, &y) }) } + [
    ("add", { igr_binary_f32(IGR_ADD, count, x, 1, z, 1, &y) }),
    ("multiply", { igr_binary_f32(IGR_MULTIPLY, count, x, 1, z, 1, &y) }),
    ("affine", { igr_affine_f32(count, 2, 1, x, &y) }),
    ("sum", { _ = igr_sum_f32(count, x) }),
    ("sum_of_squares", { _ = igr_sum_of_squares_f32(count, x) }),
    ("max", { _ = igr_max_f32(count, x) }),
    ("adam", { _ = igr_adam_f32([count], 1, &z, &m, &v, x, 1e-3, 0.9, 0.999, 1e-7, 1, 1) }),
    ("uniform", { igr_uniform_f32(count, 1, key, &y) }),
    ("normal", { igr_normal_f32(count, 1, key, &y) }),
    ("gumbel", { igr_gumbel_f32(count, 1, key, &y) }),
    ("logistic", { igr_logistic_f32(count, 1, key, &y) }),
  ]

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func thousandths(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }

let names: [String] = ["portable", "neon", "sse2", "avx2", "avx512"]
let targets = names.filter { igr_limit_kernel_target($0) == 0 }
let table: [[Double]] = targets.map { target in
  igr_limit_kernel_target(target)
  return kernels.map { measure($0.1) }
}

print(padded("ns / element", 16) + targets.map { padded($0, 10) }.joined())
for (row, kernel) in kernels.enumerated() {
  print(padded(kernel.0, 16) + table.map { padded(thousandths($0[row]), 10) }.joined())
}

let products = ProductMeasurement(targets: targets)
print("\n" + padded("GFLOP/s", 16) + products.columns.map { padded($0, 10) }.joined())
for row in products.rows {
  print(padded(row.name, 16) + row.rates.map { padded(String(Int($0.rounded())), 10) }.joined())
}

if CommandLine.arguments.count > 1 {
  let columns = zip(targets, table).map { target, times in
    let cells = zip(kernels, times).map { "\"\($0.0)\": \(thousandths($1))" }.joined(separator: ", ")
    return "  \"\(target)\": {\(cells)}"
  }
  let rates = products.rows.map { row in
    let cells = zip(products.columns, row.rates).map { "\"\($0)\": \(Int($1.rounded()))" }
    return "  {\"product\": \"\(row.name)\", \(cells.joined(separator: ", "))}"
  }
  let text =
    "{\"unit\": \"ns/element\", \"count\": \(count),\n\(columns.joined(separator: ",\n")),\n"
    + "\"products\": [\n" + rates.joined(separator: ",\n") + "\n]}\n"
  guard let file = fopen(CommandLine.arguments[1], "w"), fputs(text, file) >= 0, fclose(file) == 0 else {
    perror("cannot write \(CommandLine.arguments[1])")
    exit(4)
  }
}
