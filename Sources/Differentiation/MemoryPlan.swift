import Tensors

/// Which nodes are computed, in which order, and where each one's value lies in the program's block of memory.
struct MemoryPlan {
  /// Needed nodes, inputs before users; a joint operation's partner follows it at once.
  private(set) var order: [Int] = []
  /// Of each joint operation whose partner is needed: the partner.
  private(set) var partners: [Int: Int] = [:]
  /// Those of `order` that have a step of their own: a partner comes with its joint operation.
  var steps: [Int] {
    let moved = Set(partners.values)
    return order.filter { !moved.contains($0) }
  }
  /// First element of each needed node that has memory of its own in the block.
  private(set) var offsets: [Int: Int] = [:]
  /// Elements of the block.
  private(set) var arenaCount = 0

  init(graph: Graph, outputs: Set<Int>, external: Set<Int>, elementAlignment: Int) {
    let entries = graph.entries
    var needed = [Bool](repeating: false, count: entries.count)
    for index in outputs { needed[index] = true }
    for index in entries.indices.reversed() where needed[index] {
      for input in entries[index].inputs { needed[input] = true }
    }
    // What a partner's memory may not lie on, beside its own inputs: it is written while the joint kernel reads these.
    var read: [Int: [Int]] = [:]
    for index in entries.indices where needed[index] {
      guard let operation = entries[index].operation as? any JointOperation else { continue }
      let (other, inputs) = operation.partner(inputs: entries[index].inputs)
      // One that comes sooner has users that may come sooner too.
      if let partner = graph.index(of: other, inputs: inputs), partner > index, needed[partner],
        read[partner] == nil
      {
        partners[index] = partner
        read[partner] = entries[index].inputs
      }
    }
    let moved = Set(partners.values)
    order = entries.indices.filter { needed[$0] && !moved.contains($0) }.flatMap { index in
      [index] + (partners[index].map { [$0] } ?? [])
    }

    // An alias lives in its source's memory, so its uses are uses of the owner.
    var owner: [Int: Int] = [:]
    for index in order {
      let entry = entries[index]
      let isAlias = entry.operation.isAlias && !external.contains(index)
      owner[index] = isAlias ? owner[entry.inputs[0]]! : index
    }
    var lastUse: [Int: Int] = [:]
    for index in order {
      for input in entries[index].inputs + (read[index] ?? []) { lastUse[owner[input]!] = index }
    }
    var isKept = external
    for index in order where outputs.contains(index) { isKept.insert(owner[index]!) }

    func paddedCount(_ index: Int) -> Int {
      (entries[index].shape.count + elementAlignment - 1) / elementAlignment * elementAlignment
    }
    // Inputs and constants hold their values from before the first kernel of a run to after its last one, so they
    // share memory with nothing, whatever their place in the order.
    for index in order where entries[index].operation is Input || entries[index].operation.isConstant {
      isKept.insert(index)
      if !external.contains(index) { offsets[index] = extend(by: paddedCount(index)).lowerBound }
    }

    var free = FreeBlocks()
    for index in order where owner[index] == index && offsets[index] == nil && !external.contains(index) {
      let entry = entries[index]
      let count = paddedCount(index)
      let inputs = entry.inputs + (read[index] ?? [])
      let dying = Set(inputs.map { owner[$0]! }).filter { lastUse[$0] == index && !isKept.contains($0) }
      if entry.operation.mayOverwriteInput,
        let victim = entry.inputs.first(where: {
          dying.contains(owner[$0]!) && entries[$0].shape == entry.shape
        })
      {
        offsets[index] = offsets[owner[victim]!]!
        for other in dying where other != owner[victim]! { free.insert(blocks[other]!) }
        blocks[index] = blocks[owner[victim]!]
        continue
      }
      let block = free.take(count) ?? extend(by: count)
      offsets[index] = block.lowerBound
      blocks[index] = block
      for other in dying { free.insert(blocks[other]!) }
    }
    blocks = [:]
  }

  private var blocks: [Int: Range<Int>] = [:]

  private mutating func extend(by count: Int) -> Range<Int> {
    defer { arenaCount += count }
    return arenaCount..<arenaCount + count
  }
}

/// Free parts of the block, none touching another.
private struct FreeBlocks {
  private var blocks: [Range<Int>] = []

  mutating func insert(_ block: Range<Int>) {
    var merged = block
    blocks.removeAll { other in
      guard other.upperBound == merged.lowerBound || other.lowerBound == merged.upperBound else {
        return false
      }
      merged = min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
      return true
    }
    blocks.append(merged)
  }

  /// The smallest free part that fits, cut to size.
  mutating func take(_ count: Int) -> Range<Int>? {
    guard
      let index = blocks.indices.filter({ blocks[$0].count >= count }).min(by: {
        blocks[$0].count < blocks[$1].count
      })
    else { return nil }
    let block = blocks.remove(at: index)
    if block.count > count { blocks.append(block.lowerBound + count..<block.upperBound) }
    return block.lowerBound..<block.lowerBound + count
  }
}
