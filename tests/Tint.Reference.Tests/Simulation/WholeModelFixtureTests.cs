using Tint.Fixtures;
using Tint.Reference.Simulation;

namespace Tint.Reference.Tests.Simulation;

/// <summary>The whole simulated model against what the published code put out.</summary>
public sealed class WholeModelFixtureTests
{
    public static TheoryData<string> Models => Cases.Ids(fixture => fixture.Module == FixtureModules.WholeModel);

    [Theory]
    [MemberData(nameof(Models))]
    public void Agrees_with_the_published_model(string id)
    {
        var fixture = Cases.Find(id);
        using var tensors = fixture.Open();
        var configuration = Cases.Configuration(fixture);
        var tint = new SimulatedTint(configuration, Cases.Weights(configuration.Auxiliary, tensors)) { RecordStates = true };
        var batch = tint.Run(Cases.Sequences(tensors));
        for (var b = 0; b < batch.Sequences.Count; b++)
        {
            Expect("original_logits", batch.Sequences[b].OriginalLogits);
            Expect("logits", batch.Sequences[b].Logits);
            foreach (var state in batch.Sequences[b].States)
            {
                var name = $"trace.{state.Name}.hidden_states";
                if (tensors.HasExpected(name))
                {
                    var all = Cases.Tensor(tensors.Expected(name)).Slice(b).ToMatrix();
                    var e = all.SubMatrix(configuration.PrefixCount, state.Signal.RowCount, 0, state.Signal.ColumnCount);
                    Rounding.Expect($"{id} {b} {name}", e, state.Signal, 1, 1);
                }
            }

            void Expect(string name, MathNet.Numerics.LinearAlgebra.Matrix<double> actual) =>
                Rounding.Expect($"{id} {b} {name}", Cases.Tensor(tensors.Expected(name)).Slice(b).ToMatrix(), actual, 1, 1);
        }

        Assert.Equal(tensors.Expected("original_loss").Values[0], batch.OriginalLoss!.Value, 1e-6);
        Assert.Equal(tensors.Expected("final_loss").Values[0], batch.FinalLoss!.Value, 1e-6);
    }
}
