import Differentiation
import Tensors
import Testing

@testable import VAE

/// The table of engine specification part 8, written out as kernel shapes.
@Suite struct NetworkTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let architecture: Architecture
    let image: ImageShape
    var heads = [180, 180]
    var latent = 200
    var planes = 1
    let encoder: [Shape]
    let decoder: [Shape]
    /// Trained numbers of both, biases included.
    let counts: (encoder: Int, decoder: Int)
    var testDescription: String { "\(architecture.rawValue) \(image)" }
  }

  static let grey28 = ImageShape(height: 28, width: 28, channels: 1)
  static let grey32 = ImageShape(height: 32, width: 32, channels: 1)
  static let color32 = ImageShape(height: 32, width: 32, channels: 3)
  static let color64 = ImageShape(height: 64, width: 64, channels: 3)
  static let images = [grey28, grey32, color32, color64]

  static let denseRows: [Row] = [
    Row(
      architecture: .dense, image: grey28, encoder: [[784, 360]], decoder: [[200, 784]],
      counts: (282_600, 157_584)),
    Row(
      architecture: .dense, image: grey32, encoder: [[1024, 360]], decoder: [[200, 1024]],
      counts: (369_000, 205_824)),
    Row(
      architecture: .dense, image: color32, planes: 2, encoder: [[3072, 360]], decoder: [[200, 6144]],
      counts: (1_106_280, 1_234_944)),
    Row(
      architecture: .dense, image: color64, planes: 2, encoder: [[12288, 360]], decoder: [[200, 24576]],
      counts: (4_424_040, 4_939_776)),
    Row(
      architecture: .denseNonlinear, image: grey28, encoder: [[784, 512], [512, 256], [256, 360]],
      decoder: [[200, 256], [256, 512], [512, 784]], counts: (625_768, 585_232)),
    Row(
      architecture: .denseNonlinear, image: grey32, encoder: [[1024, 512], [512, 256], [256, 360]],
      decoder: [[200, 256], [256, 512], [512, 1024]], counts: (748_648, 708_352)),
    Row(
      architecture: .denseNonlinear, image: color32, planes: 2,
      encoder: [[3072, 512], [512, 256], [256, 360]], decoder: [[200, 256], [256, 512], [512, 6144]],
      counts: (1_797_224, 3_334_912)),
    Row(
      architecture: .denseNonlinear, image: color64, planes: 2,
      encoder: [[12288, 512], [512, 256], [256, 360]], decoder: [[200, 256], [256, 512], [512, 24576]],
      counts: (6_515_816, 12_790_528)),
    Row(
      architecture: .denseRelax, image: grey28, encoder: [[784, 360], [360, 360], [360, 360]],
      decoder: [[200, 200], [200, 200], [200, 784]], counts: (542_520, 237_984)),
    Row(
      architecture: .denseRelax, image: grey32, encoder: [[1024, 360], [360, 360], [360, 360]],
      decoder: [[200, 200], [200, 200], [200, 1024]], counts: (628_920, 286_224)),
    Row(
      architecture: .denseRelax, image: color32, planes: 2,
      encoder: [[3072, 360], [360, 360], [360, 360]],
      decoder: [[200, 200], [200, 200], [200, 6144]], counts: (1_366_200, 1_315_344)),
    Row(
      architecture: .denseRelax, image: color64, planes: 2,
      encoder: [[12288, 360], [360, 360], [360, 360]], decoder: [[200, 200], [200, 200], [200, 24576]],
      counts: (4_683_960, 5_020_176)),
    Row(
      architecture: .dlgmmDense, image: grey28, heads: [19, 19, 1000, 1000], latent: 50,
      encoder: [[784, 200], [200, 200], [200, 200], [200, 2038]],
      decoder: [[50, 200], [200, 200], [200, 784]], counts: (647_038, 207_984)),
    Row(
      architecture: .dlgmmDense, image: grey32, heads: [19, 19, 1000, 1000], latent: 50,
      encoder: [[1024, 200], [200, 200], [200, 200], [200, 2038]],
      decoder: [[50, 200], [200, 200], [200, 1024]], counts: (695_038, 256_224)),
    Row(
      architecture: .dlgmmDense, image: color32, heads: [19, 19, 1000, 1000], latent: 50, planes: 2,
      encoder: [[3072, 200], [200, 200], [200, 200], [200, 2038]],
      decoder: [[50, 200], [200, 200], [200, 6144]], counts: (1_104_638, 1_285_344)),
    Row(
      architecture: .dlgmmDense, image: color64, heads: [19, 19, 1000, 1000], latent: 50, planes: 2,
      encoder: [[12288, 200], [200, 200], [200, 200], [200, 2038]],
      decoder: [[50, 200], [200, 200], [200, 24576]], counts: (2_947_838, 4_990_176)),
  ]

  static let convolutionalRows: [Row] = [
    Row(
      architecture: .conv, image: grey28,
      encoder: [[3, 3, 1, 32], [3, 3, 32, 64], [2304, 360]],
      decoder: [[200, 1568], [3, 3, 64, 32], [3, 3, 32, 64], [3, 3, 1, 32]], counts: (848_616, 352_417)),
    Row(
      architecture: .dlgmmConv, image: grey28, heads: [19, 19, 1000, 1000], latent: 50,
      encoder: [[4, 4, 1, 32], [4, 4, 32, 64], [4, 4, 64, 64], [1024, 2038]],
      decoder: [[50, 1568], [3, 3, 64, 32], [3, 3, 32, 64], [3, 3, 1, 32]], counts: (2_187_926, 117_217)),
    Row(
      architecture: .convJointVAE, image: grey32, heads: [10, 10, 10], latent: 20,
      encoder: [
        [4, 4, 1, 32], [4, 4, 32, 64], [4, 4, 64, 64], [1024, 256], [256, 10], [256, 10], [256, 10],
      ],
      decoder: [[20, 256], [256, 1024], [4, 4, 32, 64], [4, 4, 32, 32], [4, 4, 1, 32]],
      counts: (369_086, 318_273)),
    Row(
      architecture: .convJointVAE, image: color32, heads: [32, 32, 10], latent: 42, planes: 2,
      encoder: [
        [4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 64], [1024, 256], [256, 32], [256, 32], [256, 10],
      ],
      decoder: [[42, 256], [256, 1024], [4, 4, 32, 64], [4, 4, 32, 32], [4, 4, 6, 32]],
      counts: (381_418, 326_470)),
    Row(
      architecture: .convJointVAE, image: color64, heads: [32, 32, 10], latent: 42, planes: 2,
      encoder: [
        [4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 64], [4, 4, 64, 64], [1024, 256], [256, 32], [256, 32],
        [256, 10],
      ],
      decoder: [
        [42, 256], [256, 1024], [4, 4, 64, 64], [4, 4, 32, 64], [4, 4, 32, 32], [4, 4, 6, 32],
      ],
      counts: (447_018, 392_070)),
  ]

  static let rows = denseRows + convolutionalRows

  @Test(arguments: rows) func kernelsAreThoseOfTheTable(_ row: Row) {
    let encoder = Network.encoder(row.architecture, image: row.image, heads: row.heads)
    let decoder = Network.decoder(
      row.architecture, latent: row.latent, image: row.image, planes: row.planes)
    for (network, kernels, count) in [
      (encoder, row.encoder, row.counts.encoder), (decoder, row.decoder, row.counts.decoder),
    ] {
      let parameters = network.parameters
      #expect(parameters.filter { $0.name.hasSuffix("/kernel") }.map(\.shape) == kernels)
      #expect(parameters.map(\.shape.count).reduce(0, +) == count)
      #expect(Set(parameters.map(\.name)).count == parameters.count)
      for (kernel, bias) in zip(
        parameters.indices.filter { $0 % 2 == 0 }.map { parameters[$0] },
        parameters.indices.filter { $0 % 2 == 1 }.map { parameters[$0] })
      {
        #expect(kernel.name.dropLast(7) == bias.name.dropLast(5))
        #expect(kernel.axes.count == kernel.shape.rank)
        let output = kernel.axes.firstIndex(of: "output") ?? -1
        #expect(output >= 0 && bias.shape == [kernel.shape[output]] && bias.axes == ["output"])
        #expect(bias.start == .zero)
      }
    }
  }

  @Test(arguments: rows) func outputsHaveTheTablesWidths(_ row: Row) {
    let graph = Graph()
    func output(_ network: Network, inputs: Int) -> Shape {
      network(graph.input([2, inputs]), network.parameters.map { graph.input($0.shape) }).shape
    }
    let encoder = Network.encoder(row.architecture, image: row.image, heads: row.heads)
    let decoder = Network.decoder(
      row.architecture, latent: row.latent, image: row.image, planes: row.planes)
    #expect(output(encoder, inputs: row.image.count) == [2, row.heads.reduce(0, +)])
    #expect(output(decoder, inputs: row.latent) == [2, row.image.count * row.planes])
  }

  /// Every architecture takes an image size or says why not and which sizes it takes.
  @Test(arguments: Architecture.allCases, images) func refusals(
    _ architecture: Architecture, image: ImageShape
  ) {
    let isInTable = Self.rows.contains { $0.architecture == architecture && $0.image == image }
    let refusal = Network.refusal(architecture, image: image)
    #expect((refusal == nil) == isInTable)
    if let refusal {
      #expect(refusal.contains("\(image.height)×\(image.width)"))
      let fitting = Self.rows.filter { $0.architecture == architecture }.map(\.image)
      #expect(!fitting.isEmpty)
      for image in fitting { #expect(refusal.contains("\(image.height)×\(image.width)")) }
    }
  }

  @Test func imagesThatAreNotSquareAreRefusedByConvolutions() {
    let image = ImageShape(height: 28, width: 32, channels: 1)
    for architecture in Architecture.allCases {
      let isDense = Self.denseRows.contains { $0.architecture == architecture }
      #expect((Network.refusal(architecture, image: image) == nil) == isDense)
    }
  }

  @Test func startsAreHeForTheConvolutionsOfConvAndGlorotElsewhere() {
    for row in Self.rows {
      let networks = [
        Network.encoder(row.architecture, image: row.image, heads: row.heads),
        Network.decoder(row.architecture, latent: row.latent, image: row.image, planes: row.planes),
      ]
      for (index, network) in networks.enumerated() {
        for parameter in network.parameters where parameter.name.hasSuffix("/kernel") {
          let (shape, window) = (parameter.shape, parameter.shape.dimensions.dropLast(2).reduce(1, *))
          func length(_ axis: String) -> Int { shape[parameter.axes.firstIndex(of: axis)!] * window }
          let isHe = row.architecture == .conv && index == 0 && shape.rank == 4
          #expect(
            parameter.start
              == (isHe
                ? .heNormal(inputs: length("input"))
                : .glorotUniform(inputs: length("input"), outputs: length("output"))),
            "\(parameter)")
        }
      }
    }
  }

  @Test func widthsCanBeChosen() {
    let image = ImageShape(height: 2, width: 3, channels: 1)
    let encoder = Network.encoder(.denseRelax, image: image, heads: [4], hidden: [7, 5])
    #expect(encoder.parameters.map(\.shape) == [[6, 7], [7], [7, 5], [5], [5, 4], [4]])
    let decoder = Network.decoder(.denseNonlinear, latent: 4, image: image, planes: 2, hidden: [9])
    #expect(decoder.parameters.map(\.shape) == [[4, 9], [9], [9, 12], [12]])
    #expect(
      decoder.parameters.map(\.name) == [
        "decoder_1/kernel", "decoder_1/bias", "decoder_2/kernel", "decoder_2/bias",
      ])
  }

  /// With zero kernels the output is the last biases: the heads' in order, side by side.
  @Test func headsStandSideBySideInOrder() {
    let network = Network.encoder(.convJointVAE, image: Self.grey32, heads: [2, 1, 3])
    #expect(
      network.parameters.suffix(6).map(\.name) == [
        "encoder_5_1/kernel", "encoder_5_1/bias", "encoder_5_2/kernel", "encoder_5_2/bias",
        "encoder_5_3/kernel", "encoder_5_3/bias",
      ])
    let values = output(of: network, row: Array(repeating: 0, count: Self.grey32.count)) { parameter in
      switch parameter.name {
      case "encoder_5_1/bias": [1, 2]
      case "encoder_5_2/bias": [3]
      case "encoder_5_3/bias": [4, 5, 6]
      default: nil
      }
    }
    #expect(values == [1, 2, 3, 4, 5, 6])
  }

  /// With zero kernels each pixel is the last biases: planes·channels is the fastest axis.
  @Test(arguments: [Architecture.conv, .dlgmmConv]) func planesAreInnermost(_ architecture: Architecture) {
    let network = Network.decoder(architecture, latent: 3, image: Self.grey28, planes: 2)
    let values = output(of: network, row: [0, 0, 0]) { $0.name == "decoder_4/bias" ? [-1, 1] : nil }
    #expect(values == (0..<28 * 28).flatMap { _ in [-1.0, 1.0] })
  }

  @Test func denseRelaxTakesInputsFromMinusOneToOne() {
    let image = ImageShape(height: 1, width: 2, channels: 1)
    let encoder = Network.encoder(.denseRelax, image: image, heads: [1], hidden: [])
    let decoder = Network.decoder(.denseRelax, latent: 2, image: image, planes: 1, hidden: [])
    // Of 0 each weight enters with −1, of 1 with 1, of ¼ with −½.
    let weights: (Parameter) -> [Double]? = { $0.shape.rank == 2 ? [3, 5] : [0.5] }
    #expect(output(of: encoder, row: [0, 0], values: weights) == [-7.5])
    #expect(output(of: encoder, row: [1, 0.25], values: weights) == [1])
    #expect(output(of: decoder, row: [0, 0]) { $0.shape.rank == 2 ? [3, 0, 5, 1] : nil } == [-8, -1])
    #expect(output(of: decoder, row: [0, 1]) { $0.shape.rank == 2 ? [3, 0, 5, 1] : nil } == [2, 1])
    let other = Network.encoder(.denseNonlinear, image: image, heads: [1], hidden: [])
    #expect(output(of: other, row: [0, 0], values: weights) == [0.5])
  }

  /// Hidden units are relu(±(2x − 1)): of ¾ they are ½ and 0.
  @Test func denseRelaxRectifiesWhatItCentered() {
    let image = ImageShape(height: 1, width: 1, channels: 1)
    let encoder = Network.encoder(.denseRelax, image: image, heads: [1], hidden: [2])
    let values = output(of: encoder, row: [0.75]) { parameter in
      switch parameter.name {
      case "encoder_1/kernel": [1, -1]
      case "encoder_2/kernel": [10, 100]
      default: nil
      }
    }
    #expect(values == [5])
  }

  /// The first layer's gradients of (2x − 1)·W + b: its kernel sees 2x − 1, its input 2·W.
  @Test func denseRelaxDifferentiatesThroughTheCentering() {
    let image = ImageShape(height: 1, width: 2, channels: 1)
    let encoder = Network.encoder(.denseRelax, image: image, heads: [1], hidden: [])
    let graph = Graph()
    let rows = graph.input([2, 2])
    let nodes = encoder.parameters.map { graph.input($0.shape) }
    let gradients = graph.gradients(
      of: encoder(rows, nodes), cotangent: graph.constant([1, 10], [2, 1]), withRespectTo: nodes + [rows])
    let program = Program<Double>(outputs: gradients + [rows] + nodes)
    program.set(rows, [0, 1, 1, 0.25])
    program.set(nodes[0], [3, 5])
    program.run()
    #expect(Array(program.values(of: gradients[0])) == [9, -4])
    #expect(Array(program.values(of: gradients[1])) == [11])
    #expect(Array(program.values(of: gradients[2])) == [6, 10, 60, 100])
  }

  /// The output for one row; arrays for which `values` gives nil are zero.
  private func output(of network: Network, row: [Double], values: (Parameter) -> [Double]?) -> [Double] {
    let graph = Graph()
    let nodes = network.parameters.map { graph.input($0.shape) }
    let rows = graph.input([1, row.count])
    let y = network(rows, nodes)
    let program = Program<Double>(outputs: [y, rows] + nodes)
    program.set(rows, row)
    for (parameter, node) in zip(network.parameters, nodes) {
      if let values = values(parameter) { program.set(node, values) }
    }
    program.run()
    return Array(program.values(of: y))
  }
}
