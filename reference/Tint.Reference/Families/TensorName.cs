namespace Tint.Reference.Families;

/// <summary>One tensor of a checkpoint: its name, its shape, and which parameters it holds how.</summary>
/// <param name="Name">The checkpoint's name, as in "transformer.h.0.attn.c_attn.weight".</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="Places">The canonical names of the parameters that it holds, in its order.</param>
/// <param name="Layout">How it holds them.</param>
public sealed record TensorName(string Name, IReadOnlyList<int> Shape, IReadOnlyList<string> Places, TensorLayout Layout)
{
    /// <summary>The parameters that it holds with their sizes, [rows × columns].</summary>
    public IEnumerable<(string Place, int Rows, int Columns)> Parts =>
        Places.Zip(Layout.Parts(Shape, Places.Count), static (place, size) => (place, size.Rows, size.Columns));

    /// <summary>A weight [out × in] that stands as it is.</summary>
    public static TensorName Matrix(string name, string place, int rows, int columns) => new(name, [rows, columns], [place], TensorLayout.Rows);

    /// <summary>A linear layer's weight [out × in] and, where it has one, its bias.</summary>
    public static IEnumerable<TensorName> Linear(string name, string place, int outputs, int inputs, bool bias) =>
        Linear(name, [place], outputs, inputs, bias, TensorLayout.Rows);

    /// <summary>Several linear layers of one shape in one tensor.</summary>
    public static IEnumerable<TensorName> Linear(
        string name, IReadOnlyList<string> places, int outputs, int inputs, bool bias, TensorLayout layout)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(layout);
        var rows = outputs * places.Count;
        int[] shape = layout.IsTransposed ? [inputs, rows] : [rows, inputs];
        yield return new TensorName($"{name}.weight", shape, [.. places.Select(place => $"{place}.weight")], layout);
        if (bias)
        {
            yield return new TensorName($"{name}.bias", [rows], [.. places.Select(place => $"{place}.bias")], layout);
        }
    }

    /// <summary>Several linear layers of widths of their own in one tensor, one below the other.</summary>
    public static IEnumerable<TensorName> Stacked(string name, IReadOnlyList<(string Place, int Outputs)> layers, int inputs, bool bias)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var (layout, rows) = (TensorLayout.RowsOf([.. layers.Select(layer => layer.Outputs)]), layers.Sum(layer => layer.Outputs));
        yield return new TensorName($"{name}.weight", [rows, inputs], [.. layers.Select(layer => $"{layer.Place}.weight")], layout);
        if (bias)
        {
            yield return new TensorName($"{name}.bias", [rows], [.. layers.Select(layer => $"{layer.Place}.bias")], layout);
        }
    }

    /// <summary>A normalisation's γ and, where it has one, its β; neither, where it is not affine.</summary>
    public static IEnumerable<TensorName> Norm(string name, string place, int width, bool bias = true, bool affine = true)
    {
        if (affine)
        {
            yield return new TensorName($"{name}.weight", [width], [$"{place}.weight"], TensorLayout.Rows);
        }

        if (affine && bias)
        {
            yield return new TensorName($"{name}.bias", [width], [$"{place}.bias"], TensorLayout.Rows);
        }
    }
}
