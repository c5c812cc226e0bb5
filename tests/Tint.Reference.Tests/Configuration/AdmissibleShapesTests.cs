using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Xunit;
using Tint.Reference.Configuration;
using Tint.Reference.Modules;
using Tint.Reference.Modules.Linear;
using Tint.Reference.Tests.Helpers;

namespace Tint.Reference.Tests.Configuration;

public sealed partial class AdmissibleShapesTests
{
    private static readonly TintConfiguration Valid = SmallModels.Configuration;

    [Theory]
    [InlineData(4, "PrefixCount 4 for Auxiliary.HiddenSize 6", "2, 1")]
    [InlineData(3, "PrefixCount 3 for Auxiliary.HiddenSize 6", "2, 1")]
    [InlineData(7, "PrefixCount 7 for Auxiliary.HiddenSize 6", "2, 1")]
    public void Rejects_prefixes_that_do_not_hold_three_whole_rows_each(int prefixes, string found, string nearest)
    {
        var refusal = Refusal.Of(() => AdmissibleShapes.Check(Valid with { PrefixCount = prefixes }));
        Assert.Equal("PrefixCount must divide Auxiliary.HiddenSize into at least 3 rows per prefix", refusal.Rule);
        Assert.Equal(found, refusal.Found);
        Assert.Equal($"the nearest PrefixCount that work: {nearest}", refusal.Remedy);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Says_so_where_a_width_admits_no_prefixes(int width)
    {
        var narrow = Valid with { Auxiliary = Valid.Auxiliary with { HiddenSize = width, HeadCount = 1 }, PrefixCount = 1 };
        Assert.Equal($"Auxiliary.HiddenSize {width} admits none", Refusal.Of(() => AdmissibleShapes.Check(narrow)).Remedy);
    }

    [Theory]
    [InlineData(23)]
    [InlineData(30)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Rejects_a_hidden_size_that_the_rows_and_the_bias_do_not_fill(int size)
    {
        var refusal = Refusal.Of(() => AdmissibleShapes.Check(Valid with { HiddenSize = size }));
        Assert.Equal("HiddenSize must be Auxiliary.HiddenSize·(Auxiliary.HiddenSize/PrefixCount + 1)", refusal.Rule);
        Assert.Equal($"HiddenSize {size} for Auxiliary.HiddenSize 6 and PrefixCount 2", refusal.Found);
        Assert.StartsWith("use 24, or ", refusal.Remedy, StringComparison.Ordinal);
    }

    /// <summary>
    /// 24/5 is no whole width; heads of 24/6 = 4 do not divide 6; heads of 2 are three to a slot, which 2 auxiliary heads do not fill evenly; 4
    /// heads cannot serve 6.
    /// </summary>
    [Theory]
    [InlineData(5, 2)]
    [InlineData(6, 2)]
    [InlineData(12, 2)]
    [InlineData(4, 6)]
    public void Rejects_heads_that_do_not_fit_the_auxiliary_heads(int heads, int auxiliaryHeads)
    {
        var refusal = Refusal.Of(() => AdmissibleShapes.Check(
            Valid with { Auxiliary = Valid.Auxiliary with { HeadCount = auxiliaryHeads }, HeadCount = heads }));
        Assert.StartsWith("HeadCount must divide HiddenSize into heads whose width divides Auxiliary.HiddenSize", refusal.Rule, StringComparison.Ordinal);
        Assert.Equal($"HeadCount {heads} for HiddenSize 24, Auxiliary.HiddenSize 6, Auxiliary.HeadCount {auxiliaryHeads}", refusal.Found);
        Assert.StartsWith("the nearest HeadCount that work: ", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_more_trained_layers_than_there_are()
    {
        var refusal = Refusal.Of(() => AdmissibleShapes.Check(Valid with { TrainedLayers = 3 }));
        Assert.Equal("TrainedLayers must be at most Auxiliary.LayerCount", refusal.Rule);
        Assert.Equal("3 of 2 layers", refusal.Found);
        Assert.Equal("use 0 to 2", refusal.Remedy);
        AdmissibleShapes.Check(Valid with { TrainedLayers = 0 });
    }

    [Fact]
    public void Rejects_what_the_auxiliary_model_rejects() => Refusal.Of(
        () => AdmissibleShapes.Check(Valid with { Auxiliary = Valid.Auxiliary with { HeadCount = 4 } }), "Auxiliary.HeadCount must divide");

    /// <summary>65536·65537 is 65536 in 32 bits: a size that wraps around is no size.</summary>
    [Fact]
    public void Rejects_widths_whose_hidden_size_no_int_holds()
    {
        var wide = Valid with
        {
            Auxiliary = Valid.Auxiliary with { HiddenSize = 1 << 16, HeadCount = 1 },
            PrefixCount = 1,
            HiddenSize = 1 << 16,
            HeadCount = 1,
        };
        var refusal = Refusal.Of(() => AdmissibleShapes.Check(wide), "HiddenSize must be", "PrefixCount 1");
        Assert.DoesNotContain('-', refusal.Remedy);
        Assert.DoesNotContain("with PrefixCount 1,", refusal.Remedy + ",", StringComparison.Ordinal);
        Refusal.Of(() => AdmissibleShapes.HiddenSize(1 << 16, 1), "HiddenSize", "4295032832");
    }

    /// <summary>Every suggestion is followed, one rule after the other: each settles its rule, and none is left after the last.</summary>
    [Property(MaxTest = 300)]
    public void Following_any_suggestion_settles_the_rule(PositiveInt width, PositiveInt prefixes, PositiveInt size, PositiveInt heads, int seed)
    {
        var random = new RandomNumbers(seed);
        var auxiliaryWidth = 3 + (width.Get % 60);
        int[] divisors = [.. Enumerable.Range(1, auxiliaryWidth).Where(h => auxiliaryWidth % h == 0)];
        var configuration = Valid with
        {
            Auxiliary = Valid.Auxiliary with { HiddenSize = auxiliaryWidth, HeadCount = divisors[random.Below(divisors.Length)] },
            PrefixCount = prefixes.Get,
            HiddenSize = size.Get,
            HeadCount = heads.Get,
        };
        Follow(configuration, []);
    }

    [Property(Arbitrary = [typeof(ShapeCases)], MaxTest = 60)]
    public void Every_enumerated_shape_passes_and_its_modules_can_be_written(ShapeCase shape)
    {
        AdmissibleShapes.Check(shape.Configuration);
        var tensors = new LinearForward(shape.Configuration, MemorySlots.Linear(shape.Configuration)).Tensors();
        Assert.All(tensors, tensor => Assert.Equal(tensor.Count, tensor.Materialise().Values.Length));
    }

    [Property(MaxTest = 100)]
    public void The_lists_hold_exactly_what_the_rules_admit(PositiveInt number, int seed)
    {
        var width = 3 + (number.Get % 40);
        Assert.Equal(
            Enumerable.Range(1, width).Where(k => width % k == 0 && width / k >= 3),
            AdmissibleShapes.PrefixCounts(width));
        foreach (var prefixes in AdmissibleShapes.PrefixCounts(width))
        {
            var size = AdmissibleShapes.HiddenSize(width, prefixes);
            Assert.Equal(width + (width / prefixes * width), size);
            int[] divisors = [.. Enumerable.Range(1, width).Where(h => width % h == 0)];
            var auxiliaryHeads = divisors[new RandomNumbers(seed).Below(divisors.Length)];

            // p heads a slot: p divides the auxiliary heads, and a whole number of coordinates is left for each.
            var expected = Enumerable.Range(1, width)
                .Where(p => width % p == 0 && auxiliaryHeads % p == 0)
                .Select(p => p * ((width / prefixes) + 1))
                .Where(heads => heads >= auxiliaryHeads);
            Assert.Equal(expected, AdmissibleShapes.HeadCounts(width, auxiliaryHeads, size));
        }
    }

    /// <summary>Follows every suggestion of a refusal, and of the refusals behind it, none of which may name a rule that is settled.</summary>
    private static void Follow(TintConfiguration configuration, IReadOnlyList<string> settled)
    {
        RuleViolationException refusal;
        try
        {
            AdmissibleShapes.Check(configuration);
            return;
        }
        catch (RuleViolationException exception)
        {
            refusal = exception;
        }

        Assert.DoesNotContain(refusal.Rule, settled);
        var suggestions = Suggestions(configuration, refusal);
        Assert.NotEmpty(suggestions);
        Assert.All(suggestions, suggestion => Follow(suggestion, [.. settled, refusal.Rule]));
    }

    private static List<TintConfiguration> Suggestions(TintConfiguration configuration, RuleViolationException refusal)
    {
        int[] numbers = [.. Number().Matches(refusal.Remedy).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
        if (refusal.Rule.StartsWith("PrefixCount", StringComparison.Ordinal))
        {
            return [.. numbers.Select(prefixes => configuration with { PrefixCount = prefixes })];
        }

        if (refusal.Rule.StartsWith("HeadCount", StringComparison.Ordinal))
        {
            return [.. numbers.Select(heads => configuration with { HeadCount = heads })];
        }

        Assert.StartsWith("HiddenSize", refusal.Rule, StringComparison.Ordinal);
        return
        [
            configuration with { HiddenSize = numbers[0] },
            .. numbers.Skip(1).Chunk(2).Select(pair => configuration with { HiddenSize = pair[0], PrefixCount = pair[1] }),
        ];
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
