using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Keeping;
using Tint.Reference.Model;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Keeping;

/// <summary>Only a store that keeps matrices unchanged may hold on to them: what is rounded or written must not stay in memory as well.</summary>
public sealed class LettingGoTests
{
    private static readonly Dictionary<string, Func<MatrixStore, RandomNumbers, List<WeakReference>, object>> Kinds = new()
    {
        ["layer"] = (store, random, watched) => KeptLayer.Of(store, Layer(random, watched)),
        ["memory of the simulation"] = (store, random, watched) =>
        {
            Matrix<double> New() => Watched(random, watched);
            LayerNormMemory Norm() => new(New(), New());
            InputMemory Input() => new(New());
            return KeptMemory.Of(store, new(new(
                (Place.AttentionNorm, 0, Norm()),
                (Place.Attention, 0, new AttentionMemory(New(), New(), New())),
                (Place.Output, 0, Input()),
                (Place.MlpNorm, 0, Norm()),
                (Place.Inner, 0, Input()),
                (Place.Activation, 0, Input()),
                (Place.Outer, 0, Input()))));
        },
        ["memory of the construction"] = (store, random, watched) =>
        {
            Slots New() => Slots.Zero(3, 3, 2).With(1, new Tracked(Watched(random, watched)));
            return new KeptSlots(new PassStorage { Activations = store }, Arithmetic.Plain).Keep(
                Loads(Plan.Leaves.Select(leaf => leaf.Place), New), Plan);
        },
        ["prefixes"] = (store, random, watched) =>
        {
            Slots New() => Slots.Zero(3, 3, 2).With(1, new Tracked(Watched(random, watched)));
            return new KeptSlots(new PassStorage { Weights = store }, Arithmetic.Plain).Keep(
                new BlockPrefixes(Loads(Plan.Parameters.Select(leaf => leaf.Place), New).With(Place.Activation, 0, Slots.Zero(3, 3, 2))));
        },
    };

    private static BlockPlan Plan => BlockPlan.Of(AuxiliaryConfiguration.Tiny with { MlpChunkCount = 1 });

    public static TheoryData<string> Names => new(Kinds.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_to_a_file_is_let_go(string kind)
    {
        using var file = new ScratchStore(NumberFormat.Binary64);
        Assert.Equal(0, Alive(kind, file));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_rounded_is_let_go_but_for_what_is_never_rounded(string kind) => Assert.Equal(
        kind switch { "memory of the simulation" => 4, "memory of the construction" => 2, _ => 0 }, Alive(kind, MatrixStore.Rounded));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_stays_unchanged_stays(string kind) => Assert.NotEqual(0, Alive(kind, MatrixStore.Unchanged));

    private static Placed<Slots> Loads(IEnumerable<Place> places, Func<Slots> slots) => new(places.Select(place => (place, 0, slots())));

    private static int Alive(string kind, MatrixStore store)
    {
        var watched = new List<WeakReference>();
        var kept = Keep(kind, store, watched);
        GC.Collect();
        var alive = watched.Count(reference => reference.IsAlive);
        GC.KeepAlive(kept);
        Assert.NotEmpty(watched);
        return alive;
    }

    /// <summary>Not inlined, so that no local of it lives on in its caller.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object Keep(string kind, MatrixStore store, List<WeakReference> watched) => Kinds[kind](store, new RandomNumbers(10), watched);

    private static Matrix<double> Watched(RandomNumbers random, List<WeakReference> watched)
    {
        var matrix = random.Matrix(3, 3);
        watched.Add(new WeakReference(matrix));
        return matrix;
    }

    private static AuxiliaryLayer Layer(RandomNumbers random, List<WeakReference> watched)
    {
        LinearParameters Linear() => new(Watched(random, watched), random.Vector(3));
        LayerNormParameters Norm() => new(random.Vector(3), random.Vector(3)) { Dense = Watched(random, watched) };
        return new AuxiliaryLayer
        {
            AttentionNorm = Norm(),
            Query = Linear(),
            Key = Linear(),
            Value = Linear(),
            Output = Linear(),
            MlpNorm = Norm(),
            Inner = Linear(),
            Outer = Linear(),
        };
    }
}
