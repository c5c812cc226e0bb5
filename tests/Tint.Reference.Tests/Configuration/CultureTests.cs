using System.Globalization;
using Tint.Reference.Configuration;
using Tint.Reference.Input;

namespace Tint.Reference.Tests.Configuration;

/// <summary>What is said does not depend on the culture of whoever asks: numbers keep their point and their minus sign.</summary>
public sealed class CultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public CultureTests()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        CultureInfo.CurrentCulture = culture;
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "setter", "-3" },
        { "finite", "-0.5" },
        { "heads", "-1" },
        { "id", "-7" },
        { "mask", "0.5" },
        { "rotation", "-2.5" },
    };

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_writes_numbers_as_everywhere(string what, string number)
    {
        var refusal = Assert.Throws<RuleViolationException>(() => Refuse(what));

        Assert.Contains(number, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('−', refusal.Message);
    }

    [Fact]
    public void The_culture_of_this_test_is_an_awkward_one() => Assert.Equal("−1,5", (-1.5).ToString(CultureInfo.CurrentCulture));

    [Fact]
    public void A_configuration_prints_itself_as_everywhere()
    {
        var text = TintConfiguration.For(AuxiliaryConfiguration.Tiny with { LayerNormEpsilon = 0.25 }).ToString();

        Assert.Contains("0.25", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0,25", text, StringComparison.Ordinal);
    }

    private static void Refuse(string what)
    {
        var tiny = AuxiliaryConfiguration.Tiny;
        switch (what)
        {
            case "setter":
                _ = tiny with { LayerCount = -3 };
                break;
            case "finite":
                _ = TintConfiguration.For(tiny) with { GateScale = -0.5 };
                break;
            case "heads":
                _ = tiny with { HeadCount = -1 };
                break;
            case "id":
                new TokenSequence { InputIds = [-7], TrainMask = [1] }.Check(tiny);
                break;
            case "mask":
                new TokenSequence { InputIds = [1], TrainMask = [0.5] }.Check(tiny);
                break;
            case "rotation":
                _ = new Rotation { Dimensions = 2, Base = -2.5 };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, "no such refusal");
        }
    }
}
