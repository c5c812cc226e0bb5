namespace Tint.Verification.Faithful;

/// <summary>How far a TinT of softmax attention alone is from the linear one at one M.</summary>
/// <param name="Scale">M.</param>
/// <param name="Models">The models that training left finite there.</param>
/// <param name="Update">The largest ‖softmax − linear‖/‖linear‖ of what training adds to a model's weights.</param>
/// <param name="UpdateCase">The model with it.</param>
/// <param name="MedianUpdate">The median over models.</param>
/// <param name="Logits">The largest ‖softmax − linear‖/‖linear‖ of the logits after training.</param>
internal sealed record SoftmaxPoint(double Scale, int Models, double Update, string UpdateCase, double MedianUpdate, double Logits);
