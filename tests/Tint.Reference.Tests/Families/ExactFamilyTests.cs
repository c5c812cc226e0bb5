using MathNet.Numerics.LinearAlgebra;
using Tint.Reference.Families;

namespace Tint.Reference.Tests.Families;

public class ExactFamilyTests
{
    public static TheoryData<string> Models => [.. SmallModels.Configurations.Keys];

    [Fact]
    public void Every_family_has_a_small_model() => Assert.All(
        FamilyCatalogue.Families, family => Assert.Contains(SmallModels.Configurations.Keys, name => FamilyCatalogue.NameOf(SmallModels.Read(name).ModelType) == family));

    [Theory]
    [MemberData(nameof(Models))]
    public void Its_gradient_is_the_derivative_of_its_loss(string name)
    {
        var model = SmallModels.Read(name);
        var (parameters, direction) = (SmallModels.Parameters(model, 1), SmallModels.Parameters(model, 2));
        var input = SmallModels.Input(model, 3);
        double[] mask = [1, 0, 1, 1, 0, 1, 1];
        var pass = model.Exact(parameters, input);
        var (_, logitsGradient) = ExactLogits.CrossEntropy(pass.Logits, input.Ids, mask);
        var gradient = pass.Backward(logitsGradient);

        // Central differences at two steps, extrapolated: what is left is of fourth order, and the loss's rounding over the step.
        double At(double step) => (Loss(step) - Loss(-step)) / (2 * step);
        double Loss(double step)
        {
            var moved = parameters.Step(direction, -step, _ => true);
            return ExactLogits.CrossEntropy(model.Exact(moved, input).Logits, input.Ids, mask).Loss;
        }

        const double step = 1e-3;
        var measured = ((4 * At(step / 2)) - At(step)) / 3;
        var derivative = parameters.Names.Sum(place => gradient[place].PointwiseMultiply(direction[place]).RowSums().Sum());
        var scale = parameters.Names.Sum(place => gradient[place].PointwiseMultiply(direction[place]).PointwiseAbs().RowSums().Sum());
        Assert.InRange(measured, derivative - (1e-8 * scale), derivative + (1e-8 * scale));
        Assert.True(scale > 0.1, $"{scale}");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_parameter_gets_a_gradient_of_its_shape(string name)
    {
        var model = SmallModels.Read(name);
        var parameters = SmallModels.Parameters(model, 1);
        var pass = model.Exact(parameters, SmallModels.Input(model, 3));
        var gradient = pass.Backward(Matrix<double>.Build.Dense(pass.Logits.RowCount, pass.Logits.ColumnCount, (i, j) => i - j));

        Assert.Equal(parameters.Names.Order(), gradient.Names.Order());
        Assert.All(parameters.Names, place => Assert.Equal(
            (parameters[place].RowCount, parameters[place].ColumnCount), (gradient[place].RowCount, gradient[place].ColumnCount)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Writing_and_reading_a_checkpoint_changes_no_bit(string name)
    {
        var model = SmallModels.Read(name);
        var parameters = SmallModels.Parameters(model, 1);

        var read = model.Import(new TensorTable(model.Export(parameters)));

        Assert.Equal(parameters.Names, read.Names);
        Assert.All(parameters.Names, place => Assert.Equal(parameters[place], read[place]));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("bloom")]
    [InlineData("gpt_neox")]
    [InlineData("opt post-norm")]
    public void What_comes_later_does_not_change_a_decoders_logits(string name)
    {
        var model = SmallModels.Read(name);
        var parameters = SmallModels.Parameters(model, 1);
        int[] ids = [3, 4, 5, 6, 7], changed = [3, 4, 5, 6, 2];

        var (before, after) = (model.Exact(parameters, new FamilyInput(ids)).Logits, model.Exact(parameters, new FamilyInput(changed)).Logits);

        Assert.Equal(before.SubMatrix(0, 4, 0, before.ColumnCount), after.SubMatrix(0, 4, 0, after.ColumnCount));
        Assert.NotEqual(before.Row(4), after.Row(4));
    }

    [Fact]
    public void An_encoder_that_reads_nothing_is_refused()
    {
        var model = SmallModels.Read("t5");

        var refusal = Assert.Throws<RuleViolationException>(() => model.Exact(SmallModels.Parameters(model, 1), new FamilyInput([2, 3])));

        Assert.Contains("encoder_input_ids", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_outside_the_vocabulary_is_named()
    {
        var model = SmallModels.Read("llama");

        var refusal = Assert.Throws<RuleViolationException>(() => model.Exact(SmallModels.Parameters(model, 1), new FamilyInput([2, 11])));

        Assert.Contains("11 at position 1", refusal.Message, StringComparison.Ordinal);
    }
}
