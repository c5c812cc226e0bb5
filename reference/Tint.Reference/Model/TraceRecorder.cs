using Tint.Reference.Engines;
using Tint.Reference.Primitives;
using Tint.Reference.Stacking;

namespace Tint.Reference.Model;

/// <summary>Collects the states behind every block under the names of the fixtures, and tells an observer what has ended; each only if asked to.</summary>
internal sealed class TraceRecorder(bool enabled, Action<PassStage>? observer)
{
    private readonly List<TraceEntry> _entries = [];

    public IReadOnlyList<TraceEntry> Entries => _entries;

    public void Forward(int layer, HiddenStates states)
    {
        Ended(PassKind.Forward, layer);
        Add($"forward.layer{layer:00}", states, []);
    }

    public void Backward(int layer, HiddenStates states, BlockPrefixes updated)
    {
        Ended(PassKind.Backward, layer);
        Add($"backward.layer{layer:00}", states, updated.InOrder());
    }

    public void Outside(PassKind pass, bool ofEncoder, HiddenStates states, IEnumerable<Slots> updated)
    {
        Ended(pass);
        Add($"{(pass == PassKind.Forward ? "forward" : "backward")}.{(ofEncoder ? "encoder_norm" : "final_norm")}", states, updated);
    }

    public void Ended(PassKind pass, int? layer = null) => observer?.Invoke(new PassStage(pass, layer));

    private void Add(string name, HiddenStates states, IEnumerable<Slots> updated)
    {
        if (enabled)
        {
            _entries.Add(new TraceEntry($"{_entries.Count:000}.{name}", states, [.. updated]));
        }
    }
}
