import Testing
import Trials

@Suite struct EpochTableTests {
  @Test func whatWasNotMeasuredIsNaN() {
    var table = EpochTable(names: ["train_loss", "test_elbo"])
    table.append(epoch: 0, ["test_elbo": -500])
    table.append(epoch: 1, ["train_loss": 210, "test_elbo": -200])
    table.append(epoch: 2, ["train_loss": 150])
    #expect(table.epochs == [0, 1, 2])
    #expect(table["train_loss"]?[0].isNaN == true)
    #expect(table["train_loss"]?.dropFirst() == [210, 150])
    #expect(table.last("test_elbo") == -200)
    #expect(table.last("train_loss") == 150)
    #expect(table["val_elbo"] == nil)
    #expect(table.last("val_elbo") == nil)
  }

  @Test func aColumnWithoutAnyMeasurementHasNoLastValue() {
    let table = EpochTable(names: ["val_elbo"], epochs: [0, 1], columns: [[.nan, .nan]])
    #expect(table.last("val_elbo") == nil)
  }
}
