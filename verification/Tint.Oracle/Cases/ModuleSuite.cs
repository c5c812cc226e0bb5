using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Tint.Fixtures;
using Tint.Reference.Auxiliary;
using Tint.Reference.Configuration;
using Tint.Reference.Exact;

namespace Tint.Oracle.Cases;

/// <summary>Fresh cases of single modules: every module, and every option that a module reads.</summary>
internal static class ModuleSuite
{
    private const int Sequences = 2;

    /// <summary>The cases of a shape, every module once and its options once each.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="letter">What names them.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="dataType">float64 or float32.</param>
    /// <param name="departures">Whether they are about the published code or the paper's intent.</param>
    /// <param name="options">Whether options are varied.</param>
    public static IEnumerable<Func<CaseDraft>> Drafts(CaseShape shape, string letter, int seed, string dataType, Departures departures, bool options)
    {
        var plain = shape.Configuration(AuxiliaryFamily.Gpt2, layers: 2) with { Departures = departures };
        foreach (var module in FixtureModules.All.Where(name => name is not (FixtureModules.WholeModel or FixtureModules.Auxiliary)))
        {
            yield return Draft(module, letter, plain, "a module with its default options");
            if (!options)
            {
                continue;
            }

            if (module.StartsWith("Attention", StringComparison.Ordinal) && module != "AttentionDescent")
            {
                yield return Draft(module, $"icl_mask.{letter}", plain, "chosen pairs of tokens may not attend to each other", icl: true);
            }

            if (module == "LinearBackward")
            {
                yield return Draft(module, $"retain.{letter}", plain, "the output gradient stays in place", new JsonObject { ["retain_output_gradient"] = true });
            }

            if (module.StartsWith("LinearDescent", StringComparison.Ordinal))
            {
                yield return Draft(module, $"bias_only.{letter}", plain, "the descent moves biases only", new JsonObject { ["bias_only"] = true });
            }

            if (module.StartsWith("LayerNormDescent", StringComparison.Ordinal))
            {
                yield return Draft(module, $"ln_full.{letter}", plain with { LayerNormBiasOnly = false }, "LayerNorm weights are trained, not only biases");
            }

            if (module.StartsWith("Activation", StringComparison.Ordinal))
            {
                foreach (var (kind, name) in new[] { (ActivationKind.Relu, "relu"), (ActivationKind.Gelu, "gelu") })
                {
                    yield return Draft(module, $"{name}.{letter}", plain with { Auxiliary = plain.Auxiliary with { Activation = kind } }, $"the activation {name}");
                }
            }

            if (module.EndsWith("Backward", StringComparison.Ordinal) && !module.StartsWith("Linear", StringComparison.Ordinal))
            {
                yield return Draft(module, $"exact_gates.{letter}", plain with { GateScale = 50 }, "gates of 1");
            }
        }

        Func<CaseDraft> Draft(string module, string variant, TintConfiguration configuration, string notes, JsonObject? settings = null, bool icl = false) => () =>
        {
            var id = $"{module}.{variant}";
            var numbers = new PortableNumbers(seed, $"{id} {shape.Text}", dataType == "float32");
            var layers = new LinearParameters[3];
            for (var i = 0; i < layers.Length; i++)
            {
                layers[i] = RandomParameters.Linear(numbers, shape.Width, shape.Width);
            }

            var norm = RandomParameters.Norm(numbers, shape.Width);
            return ModuleDraft.Of(
                id,
                configuration,
                [.. Enumerable.Range(0, Sequences).Select(_ => Input(module, numbers, shape, configuration, layers, norm, icl))],
                dataType,
                notes,
                settings);
        };
    }

    private static ModuleInput Input(
        string module,
        PortableNumbers numbers,
        CaseShape shape,
        TintConfiguration configuration,
        LinearParameters[] layers,
        LayerNormParameters norm,
        bool icl)
    {
        var input = new ModuleInput { Module = module, Signal = Signal() };
        var descends = module.Contains("Descent", StringComparison.Ordinal);
        if (module.StartsWith("Linear", StringComparison.Ordinal))
        {
            input = input with { Linear = layers[0], Memory = module == "LinearForward" ? [] : [Signal()] };
        }
        else if (module.StartsWith("LayerNorm", StringComparison.Ordinal))
        {
            var x = Signal();
            var normalised = ExactLayerNorm.Forward(norm, configuration.Auxiliary.LayerNormEpsilon, x).Normalised;
            input = input with { Norm = norm, Memory = module == "LayerNormForward" ? [] : [normalised, x] };
        }
        else if (module == "AttentionForward")
        {
            input = input with { Linear = layers[0], Key = layers[1], Value = layers[2] };
        }
        else if (module.StartsWith("Attention", StringComparison.Ordinal))
        {
            input = input with { Linear = descends ? layers[2] : null, Memory = [Signal(), Signal(), Signal()] };
        }
        else
        {
            input = input with { Memory = module == "ActivationForward" ? [] : [Signal()] };
        }

        return input with
        {
            TrainMask = descends || module == "AttentionBackward" ? RandomParameters.Mask(numbers, shape.Tokens) : null,
            IclMask = icl ? RandomParameters.IclMask(numbers, shape.Tokens) : null,
        };

        Matrix<double> Signal() => numbers.Matrix(shape.Tokens, shape.Width, 1);
    }
}
