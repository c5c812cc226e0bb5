using FsCheck.Xunit;
using Tint.Reference.Auxiliary;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Activation;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Modules.Activation;

public sealed class ActivationModuleTests
{
    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Forward_activates_the_signal_and_keeps_its_input(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var memory = MemorySlots.Activation(textbook.Configuration);
        var output = new ActivationForward(textbook.Configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var kind = textbook.Configuration.Auxiliary.Activation;
        textbook.Slot(textbook.Signal.Map(z => ActivationFunction.Value(kind, z)), output.Tokens[0]);
        Textbook.Exactly(textbook.Signal, output.Tokens[memory]);
        textbook.Same(textbook.States.Prefixes, output.Prefixes);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 40)]
    public void Backward_is_a_finite_difference_of_the_activation(ShapeCase shape)
    {
        var textbook = new Textbook(shape);
        var (configuration, memory) = (textbook.Configuration, MemorySlots.Activation(textbook.Configuration));
        var output = new ActivationBackward(configuration, memory).Run(textbook.States, Textbook.Arithmetic);
        var (kind, scale, z) = (configuration.Auxiliary.Activation, configuration.FiniteDifferenceScale, textbook.Memory(memory));
        var expected = textbook.Signal.MapIndexed((t, c, g) =>
            (scale * ActivationFunction.Value(kind, z[t, c] + (g / scale))) - (scale * ActivationFunction.Value(kind, z[t, c])));
        textbook.Slot(expected, output.Tokens[0]);
        Textbook.Empty(output.Tokens, 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Rejects_memory_in_the_signal_or_beyond_the_end(int slot)
    {
        Refusal.Of(() => new ActivationForward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 3");
        Refusal.Of(() => new ActivationBackward(SmallModels.Configuration, slot), $"memory slot {slot}", "slots 1 to 3");
    }
}
