namespace Tint.Explaining.Examples;

/// <summary>Modules by softmax attention alone, over positions and their twins.</summary>
internal static class TwinExamples
{
    /// <summary>M: so small that what softmax attention is off by shows in four digits.</summary>
    private const double Scale = 1000;

    public static BuiltExample LinearForward(Example example) => LinearExamples.Forward(OverTwins(example));

    public static BuiltExample LinearBackward(Example example) => LinearExamples.Backward(OverTwins(example));

    public static BuiltExample LinearDescent(Example example) => LinearExamples.Descent(OverTwins(example));

    public static BuiltExample ProductForward(Example example) => ProductExamples.Forward(OverTwins(example));

    private static Example OverTwins(Example example) => example with { Configuration = example.Configuration with { UseSoftmax = true, TwinScale = Scale } };
}
