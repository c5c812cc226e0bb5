using Tint.Verification.Curves;
using Tint.Verification.Faithful;
using Tint.Verification.Tests.Support;

namespace Tint.Verification.Tests.Faithful;

public class SoftmaxMeasurementTests
{
    [Fact]
    public void A_whole_model_of_softmax_attention_alone_goes_to_the_linear_one_as_the_square_of_M()
    {
        var result = SoftmaxMeasurement.Measure([Shipped.Case("TinT.gpt2.quad_loss"), Shipped.Case("TinT.opt.one_step")])!;
        var points = result.Points.ToDictionary(point => point.Scale);
        Assert.Equal(SoftmaxMeasurement.Scales, points.Keys);
        Assert.All(result.Points, point => Assert.Equal(2, point.Models));
        Assert.InRange(points[1e3].Update / points[1e4].Update, 95, 105);
        Assert.InRange(points[1e3].Logits / points[1e4].Logits, 95, 105);
        Assert.InRange(points[1e4].MedianUpdate, 1e-12, points[1e4].Update);

        // Twins double prefixes, positions, loads and rows of position tables; and scores twice, as they ask and answer.
        var (linear, softmax) = (result.Costs[0], result.Costs[1]);
        Assert.Equal((2 * linear.Prefixes, 2 * linear.Positions, 4 * linear.Scores, 4 * linear.Flops), (softmax.Prefixes, softmax.Positions, softmax.Scores, softmax.Flops));
        Assert.InRange(softmax.Parameters / (double)linear.Parameters, 1.1, 1.5);
        Assert.Null(softmax.Seconds);
    }

    [Fact]
    public void Both_arithmetics_stay_below_the_prediction_and_have_their_bottom_near_where_it_is_predicted()
    {
        foreach (var curve in SoftmaxCurve.Measure())
        {
            Assert.All(curve.Measured.Zip(curve.Predicted), pair => Assert.InRange(pair.First.Error, 0, pair.Second.Error));
            Assert.InRange(curve.MeasuredOptimum / curve.PredictedOptimum!.Value, 0.01, 100);
            Assert.True(curve.Measured.Min(point => point.Error) < 1e-2 * curve.Measured[0].Error);
        }
    }

    [Fact]
    public void Without_whole_models_there_is_nothing_to_measure() => Assert.Null(SoftmaxMeasurement.Measure([Shipped.Case("LinearForward.a")]));
}
