using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>Collects the states behind every block under the names of the fixtures; does nothing unless asked to.</summary>
internal sealed class TraceRecorder(bool enabled)
{
    private readonly List<TraceEntry> _entries = [];

    public IReadOnlyList<TraceEntry> Entries => _entries;

    public void Forward(int layer, HiddenStates states) => Add($"forward.layer{layer:00}", states, []);

    public void Backward(int layer, HiddenStates states, BlockPrefixes updated) =>
        Add($"backward.layer{layer:00}", states, updated.InOrder());

    public void FinalNorm(string direction, HiddenStates states, params Slots[] updated) => Add($"{direction}.final_norm", states, updated);

    private void Add(string name, HiddenStates states, IEnumerable<Slots> updated)
    {
        if (enabled)
        {
            _entries.Add(new TraceEntry($"{_entries.Count:000}.{name}", states, [.. updated]));
        }
    }
}
