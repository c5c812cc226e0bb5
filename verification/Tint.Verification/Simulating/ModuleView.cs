using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Primitives;
using Tint.Reference.Simulation;
using Tint.Reference.Stacking;
using Tint.Verification.Engines;

namespace Tint.Verification.Simulating;

/// <summary>One sequence of a module case as plain matrices: the auxiliary layer that its prefixes hold, the tokens' signal and their memory.</summary>
internal sealed class ModuleView
{
    private readonly FixtureTensors _tensors;
    private readonly ModuleInputs _inputs;
    private readonly HiddenStates _states;
    private readonly int _sequence;

    public ModuleView(LoadedCase loaded, int sequence)
    {
        (Configuration, Options, _tensors, _inputs, _sequence) = (loaded.Configuration, loaded.Case.Options, loaded.Tensors, loaded.Inputs, sequence);
        _states = _inputs.States(sequence);
        MemoryColumn = Options.MemoryIndex ?? throw new RuleViolationException("a module case needs option memory_index", "none", "export it");
    }

    public TintConfiguration Configuration { get; }

    public FixtureOptions Options { get; }

    /// <summary>D_aux.</summary>
    public int Width => Configuration.Auxiliary.HiddenSize;

    /// <summary>The coordinate at which memory starts.</summary>
    public int MemoryColumn { get; }

    /// <summary>ρ.</summary>
    public double Rho => SimulatedGate.Factor(Configuration);

    /// <summary>What comes in: x in a forward module, g in the others, [T × D].</summary>
    public Matrix<double> Signal => Slot(0);

    public IReadOnlyList<double> TrainMask => _inputs.TrainMask(_sequence);

    public Vector<double> MaskVector => Vector<double>.Build.DenseOfEnumerable(TrainMask);

    public Matrix<double>? IclMask => _inputs.IclMask(_sequence);

    public LinearParameters Linear => PrefixStack.Unstack(Configuration, _states.Prefixes);

    public LayerNormParameters Norm => PrefixStack.UnstackNorm(Configuration, _states.Prefixes);

    public LinearParameters KeyLayer => PrefixStack.Unstack(Configuration, _inputs.KeyPrefixes(_sequence));

    public LinearParameters ValueLayer => PrefixStack.Unstack(Configuration, _inputs.ValuePrefixes(_sequence));

    public LayerNormMemory NormMemory => new(Memory(0), Memory(1));

    public AttentionMemory AttentionMemory => new(Memory(0), Memory(1), Memory(2));

    /// <summary>Slot number <paramref name="index"/> of the memory, [T × D].</summary>
    public Matrix<double> Memory(int index) => Slot((MemoryColumn / Width) + index);

    /// <summary>A slot of the tokens, [T × D].</summary>
    public Matrix<double> Slot(int index) =>
        _states.Tokens[index]?.Value ?? Matrix<double>.Build.Dense(_states.Tokens.RowCount, Width);

    /// <summary>The weight of one of attention's layers, where the case has it, [D × D].</summary>
    public Matrix<double>? InputWeight(string layer)
    {
        var name = $"{layer}_weight";
        return _tensors.HasInput(name) ? new Tensor(_tensors.Input(name).Shape, _tensors.Input(name).Values).ToMatrix() : null;
    }
}
