import Figures
import Testing

@Suite struct CSVTests {
  @Test func everyPointIsARowWithItsKeysUnrounded() {
    let figure = Figure(
      title: "t", caption: [],
      panels: [
        Figure.Panel(
          x: Figure.Axis("epoch"), y: Figure.Axis("loss", units: "nats"),
          series: [
            Figure.Series(
              "a", style: 0, keys: [Figure.Key("model_type", "GS")],
              points: [
                Figure.Point(x: 1, y: 0.1 + 0.2, low: -1, high: 1.5, count: 3), Figure.Point(x: 2, y: 1e-7),
              ])
          ]),
        Figure.Panel(
          x: Figure.Axis("epoch"), y: Figure.Axis("share"),
          series: [
            Figure.Series(
              "b", style: 1, keys: [Figure.Key("prior", "[1,\"x\"]"), Figure.Key("model_type", "IGR")],
              points: [Figure.Point(x: 1, y: 2)])
          ]),
      ])
    #expect(
      figure.csv == """
        model_type,prior,metric,units,epoch,value,low,high,n
        GS,,loss,nats,1.0,0.30000000000000004,-1.0,1.5,3
        GS,,loss,nats,2.0,1e-07,,,
        IGR,"[1,""x""]",share,1,1.0,2.0,,,

        """)
  }
}
