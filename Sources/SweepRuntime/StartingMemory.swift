import CProgramMemory

/// Memory that a process takes to begin and does not need afterwards.
///
/// A coordinator lives for days beside the trials of its machine. To read its command line and the sweep file it touches most of
/// its program, and to take up its past it holds the past twice.
public enum StartingMemory {
  /// After each part of the beginning: gives back what it took of heap and program. What is needed of the program again
  /// comes back from the page cache, within a millisecond in all.
  public static func giveBack() {
    igr_give_back_free_memory()
    igr_give_back_program_pages()
  }
}
