using Tint.Fixtures;
using Tint.Reference.Architecture;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Families;
using Tint.Reference.Input;
using Tint.Reference.Primitives;
using Tint.Verification.Coordinates;
using Tint.Verification.Simulating;
using Tint.Verification.Truth;

namespace Tint.Verification.Engines;

/// <summary>
/// A case whose file is open, loaded once: what the file holds in the reference's own types, and what the simulation and the exact model make of it, each when
/// it is first asked for. Engines, comparisons, truth and departures read one and the same.
/// </summary>
internal sealed class LoadedCase
{
    public LoadedCase(FixtureCase fixtureCase, FixtureTensors tensors)
    {
        ArgumentNullException.ThrowIfNull(fixtureCase);
        ArgumentNullException.ThrowIfNull(tensors);
        (Case, Tensors) = (fixtureCase, tensors);
    }

    public FixtureCase Case { get; }

    public FixtureTensors Tensors { get; }

    /// <summary>Whether the case is a model, in a TinT or alone; otherwise it is a module.</summary>
    public bool IsModel => Case.IsAuxiliary || Case.Module == FixtureModules.WholeModel;

    /// <summary>The family's model, alone or in the TinT; null where <c>config</c> describes the auxiliary model.</summary>
    public FamilyConfiguration? Model =>
        field ??= Case.IsAuxiliary ? FamilyCase.Model(Case) : (Configuration.Auxiliary.Architecture as ModelPlan)?.Model as FamilyConfiguration;

    /// <summary>The TinT, of an auxiliary model alone the one that simulates it.</summary>
    /// <exception cref="Reference.RuleViolationException">The model is in no TinT, or a name is unknown.</exception>
    public TintConfiguration Configuration
    {
        get => field ??= Case.IsAuxiliary ? FamilyCase.Configuration(Case, Model!) : CaseConfiguration.Of(Case);
        private init;
    }

    /// <summary>The parameters of the family's model.</summary>
    public ParameterSet Parameters => field ??= Model!.Import(new CaseParameters(Tensors));

    /// <summary>The auxiliary weights of a model.</summary>
    public AuxiliaryWeights Weights => field ??= Model?.Weights(Parameters) ?? CaseParameters.Published(Tensors, Configuration.Auxiliary);

    /// <summary>The sequences of a model.</summary>
    public IReadOnlyList<TokenSequence> Batch => field ??= Case.IsAuxiliary ? FamilyBatch.Sequences : ModelCase.Batch(Tensors);

    /// <summary>The sequences as the family's model reads them.</summary>
    public FamilyBatch FamilyBatch => field ??= Case.IsAuxiliary ? FamilyBatch.Read(Tensors) : FamilyBatch.Of(Batch);

    /// <summary>The inputs of a module.</summary>
    public ModuleInputs Inputs => field ??= new ModuleInputs(Case, Configuration, Tensors);

    /// <summary>A module's sequences as plain matrices.</summary>
    public IReadOnlyList<ModuleView> Views => field ??= [.. Enumerable.Range(0, Inputs.SequenceCount).Select(sequence => new ModuleView(this, sequence))];

    /// <summary>The sizes that say which coordinate holds what.</summary>
    public CaseGeometry Geometry => field ??= Case.IsAuxiliary ? CaseGeometry.Of(Configuration) : CaseGeometry.Of(Case);

    /// <summary>A model's simulated gradient beside the true one.</summary>
    public ModelTruth Truth => field ??= new ModelTruth(Configuration, Weights, Batch);

    /// <summary>What the simulated gradient on the host says about the case.</summary>
    public IReadOnlyList<SimulatedRegion> Regions => field ??= IsModel
        ? SimulatedCase.OfModel(Configuration, Weights.Plan, Truth.Simulated)
        : SimulatedRegion.Join([.. Views.Select(view => SimulatedModule.Run(Case.Module, view))]);

    /// <summary>The same file with another configuration.</summary>
    public LoadedCase With(TintConfiguration configuration) => new(Case, Tensors) { Configuration = configuration };

    /// <summary>What the construction computes of the case, by the file's names.</summary>
    public IReadOnlyDictionary<string, ComputedTensor> Construct(Arithmetic arithmetic) =>
        IsModel ? ModelCase.Construct(this, arithmetic) : ModuleCase.Construct(this, arithmetic);
}
