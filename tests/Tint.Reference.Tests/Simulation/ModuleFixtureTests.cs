using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

/// <summary>Every module's closed form against what the published code put out: signal, memory, and the prefixes that a descent wrote.</summary>
public sealed class ModuleFixtureTests
{
    public static TheoryData<string> Modules => Cases.Ids(fixture => fixture.Module != FixtureModules.WholeModel);

    [Theory]
    [MemberData(nameof(Modules))]
    public void Agrees_with_the_published_module(string id)
    {
        var fixture = Cases.Find(id);
        using var tensors = fixture.Open();
        var count = tensors.Input("hidden_states").Shape[0];
        for (var b = 0; b < count; b++)
        {
            var state = new ModuleState(fixture, tensors, b);
            Check(fixture.Module, state);
        }
    }

    private static void Check(string module, ModuleState s)
    {
        var (c, memory) = (s.Configuration, s.Memory);
        switch (module)
        {
            case "LinearForward":
                var linear = SimulatedLinear.Forward(c, s.Linear(), s.Signal);
                s.Expect(linear.Output, 0);
                s.Expect(linear.Memory, memory);
                break;
            case "LinearBackward":
                var backward = SimulatedLinear.Backward(c, s.Linear().Weight, s.Signal);
                if (s.Options.RetainOutputGradient == true)
                {
                    s.Expect(s.Rho * s.Signal, 0);
                    s.Expect(backward + (s.Rho * s.In(s.Width)), s.Width);
                }
                else
                {
                    s.Expect(backward, 0);
                    s.Expect(s.Rho * s.In(memory), memory);
                }

                break;
            case "LinearDescent":
                var descent = SimulatedLinear.Descent(c, s.Linear(), s.Signal, s.In(memory), s.TrainMask).Updated;
                s.ExpectPrefixes(
                    s.Options.BiasOnly == true ? s.Rho * s.Linear().Weight : descent.Weight, descent.Bias);
                break;
            case "LinearDescentBackward":
                var both = SimulatedLinear.Descent(c, s.Linear(), s.Signal, s.In(memory), s.TrainMask).Updated;
                s.ExpectPrefixes(both.Weight, both.Bias);
                s.Expect(SimulatedLinear.Backward(c, s.Linear().Weight, s.Signal), 0);
                break;
            case "LayerNormForward":
                var norm = SimulatedLayerNorm.Forward(c, s.Norm(), s.Signal);
                s.Expect(norm.Output, 0);
                s.Expect(norm.Memory.Normalized, memory);
                s.Expect(norm.Memory.Input, memory + s.Width);
                break;
            case "LayerNormBackward":
                s.ExpectDifference(SimulatedLayerNorm.Backward(c, s.Norm(), s.Signal, s.NormMemory()), 0);
                break;
            case "LayerNormDescent":
                s.ExpectPrefixes(SimulatedLayerNorm.Descent(c, s.Norm(), s.Signal, s.NormMemory(), s.TrainMask).Updated);
                break;
            case "LayerNormDescentBackward":
                s.ExpectPrefixes(SimulatedLayerNorm.Descent(c, s.Norm(), s.Signal, s.NormMemory(), s.TrainMask).Updated);
                s.ExpectDifference(SimulatedLayerNorm.Backward(c, s.Norm(), s.Signal, s.NormMemory()), 0);
                break;
            case "AttentionForward":
                var attention = SimulatedAttention.Forward(
                    c, s.Linear("query_"), s.Linear("key_"), s.Linear("value_"), s.Signal, s.IclMask);
                s.Expect(attention.Output, 0);
                s.Expect(attention.Memory.Query, memory);
                s.Expect(attention.Memory.Key, memory + s.Width);
                s.Expect(attention.Memory.Input, memory + (2 * s.Width));
                break;
            case "AttentionBackward":
                s.Expect(SimulatedAttention.Backward(c, s.Signal, s.AttentionMemory(), s.TrainMask, s.IclMask), 0);
                break;
            case "AttentionDescent":
                var value = SimulatedAttention.Descent(c, s.Linear("value_"), s.Signal, s.AttentionMemory(), s.TrainMask).Updated;
                s.ExpectPrefixes(value.Weight, value.Bias);
                break;
            case "AttentionBackwardDescent":
                var step = SimulatedAttention.BackwardDescent(
                    c, s.Linear("value_"), s.Signal, s.AttentionMemory(), s.TrainMask, s.IclMask);
                s.ExpectPrefixes(step.Updated.Weight, step.Updated.Bias);
                s.Expect(step.InputGradient, 0);
                break;
            case "ActivationForward":
                var activation = SimulatedActivation.Forward(c, s.Signal);
                s.Expect(activation.Output, 0);
                s.Expect(activation.Memory, memory);
                break;
            case "ActivationBackward":
                s.ExpectDifference(SimulatedActivation.Backward(c, s.Signal, s.In(memory)), 0);
                break;
            default:
                throw new InvalidOperationException($"no closed form is compared for {module}");
        }
    }

    /// <summary>One sequence of a module case: what goes in by token coordinate, and what must come out.</summary>
    private sealed class ModuleState(FixtureCase fixture, FixtureTensors tensors, int b)
    {
        private readonly Matrix<double> _in = Cases.Tensor(tensors.Input("hidden_states")).Slice(b).ToMatrix();
        private readonly Matrix<double> _out = Cases.Tensor(tensors.Expected("hidden_states")).Slice(b).ToMatrix();

        public TintConfiguration Configuration { get; } = Cases.Configuration(fixture);

        public FixtureOptions Options { get; } = fixture.Options;

        public int Width => Configuration.Auxiliary.HiddenSize;

        public int Memory => Options.MemoryIndex!.Value;

        public double Rho => SimulatedGate.Factor(Configuration);

        public Matrix<double> Signal => In(0);

        public IReadOnlyList<double> TrainMask => Cases.Numbers(tensors.Input("train_mask"), b);

        public Matrix<double>? IclMask => tensors.HasInput("icl_mask") ? Cases.Tensor(tensors.Input("icl_mask")).Slice(b).ToMatrix() : null;

        private int Prefixes => Configuration.PrefixCount;

        public Matrix<double> In(int start) => _in.SubMatrix(Prefixes, _in.RowCount - Prefixes, start, Width);

        public LinearParameters Linear(string prefix = "") => new(
            Cases.Tensor(tensors.Input($"{prefix}weight")).ToMatrix(), Cases.Tensor(tensors.Input($"{prefix}bias")).ToVector());

        public LayerNormParameters Norm() =>
            new(Cases.Tensor(tensors.Input("weight")).ToVector(), Cases.Tensor(tensors.Input("bias")).ToVector());

        public LayerNormMemory NormMemory() => new(In(Memory), In(Memory + Width));

        public AttentionMemory AttentionMemory() => new(In(Memory), In(Memory + Width), In(Memory + (2 * Width)));

        public void Expect(Matrix<double> actual, int start) => Expect(actual, start, 1);

        /// <summary>For N times a difference of values of the memory's size.</summary>
        public void ExpectDifference(Matrix<double> actual, int start) => Expect(actual, start, Configuration.FiniteDifferenceScale);

        public void ExpectPrefixes(LayerNormParameters updated) =>
            ExpectPrefixes(updated.Dense ?? Matrix<double>.Build.DenseOfDiagonalVector(updated.Weight), updated.Bias);

        public void ExpectPrefixes(Matrix<double> weight, Vector<double> bias)
        {
            var expected = Cases.Unstacked(_out.SubMatrix(0, Prefixes, 0, _out.ColumnCount), Width);
            Rounding.Expect($"{fixture.Id}, sequence {b}, updated weight", expected.Weight, weight, Bound(1));
            Rounding.Expect($"{fixture.Id}, sequence {b}, updated bias", expected.Bias.ToRowMatrix(), bias.ToRowMatrix(), Bound(1));
        }

        private void Expect(Matrix<double> actual, int start, double scale) => Rounding.Expect(
            $"{fixture.Id}, sequence {b}, coordinates from {start}",
            _out.SubMatrix(Prefixes, _out.RowCount - Prefixes, start, Width),
            actual,
            Bound(scale));

        /// <summary>
        /// No module chains more than three sums of D or T terms, and none of the terms that it adds, weights times signals or memory, is
        /// larger than the largest weight times the largest coordinate (either taken as 1 where it is smaller).
        /// </summary>
        private double Bound(double scale)
        {
            var tokens = _in.RowCount - Prefixes;
            var largestWeight = Math.Max(1, _in.SubMatrix(0, Prefixes, 0, _in.ColumnCount).Enumerate().Max(Math.Abs));
            var largestCoordinate = Math.Max(1, _in.SubMatrix(Prefixes, tokens, 0, _in.ColumnCount).Enumerate().Max(Math.Abs));
            return Rounding.Bound(3 * (Width + tokens), scale * largestWeight * largestCoordinate);
        }
    }
}
