using System.CommandLine;
using System.Globalization;

namespace Tint.Cli;

/// <summary>Options whose values are checked as they are read, so that a complaint names the option and what it takes.</summary>
internal static class Words
{
    /// <summary>An option that takes a whole number of a range.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="helpName">What help calls the number.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="least">The smallest number.</param>
    /// <param name="otherwise">The number where the option is not given, or null.</param>
    /// <param name="most">The largest number.</param>
    public static Option<int?> WholeNumber(string name, string helpName, string description, int least = int.MinValue, int? otherwise = null, int most = int.MaxValue)
    {
        var option = new Option<int?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                {
                    return number;
                }

                argument.AddError($"{name} must be a whole number from {least} to {most}; got '{word}'.");
                return null;
            },
        };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => otherwise;
        }

        return option;
    }

    /// <summary>An option that takes a finite number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="helpName">What help calls the number.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="otherwise">The number where the option is not given, or null.</param>
    public static Option<double?> Number(string name, string helpName, string description, double? otherwise = null)
    {
        var option = new Option<double?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                {
                    return number;
                }

                argument.AddError($"{name} must be a finite number; got '{word}'.");
                return null;
            },
        };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => otherwise;
        }

        return option;
    }

    /// <summary>An option that takes words with commas between them.</summary>
    public static Option<string[]?> List(string name, string helpName, string description, string? otherwise)
    {
        var option = new Option<string[]?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                var parts = word.Split(',', StringSplitOptions.TrimEntries);
                if (parts.All(static part => part.Length > 0) && parts.Distinct().Count() == parts.Length)
                {
                    return parts;
                }

                argument.AddError($"{name} must be different words with commas between them; got '{word}'.");
                return null;
            },
        };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => otherwise.Split(',');
        }

        return option;
    }

    /// <summary>An option that takes finite numbers with commas between them.</summary>
    public static Option<double[]?> Numbers(string name, string helpName, string description, string? otherwise)
    {
        var option = new Option<double[]?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = argument =>
            {
                var word = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : string.Empty;
                if (Parsed(word) is { } numbers && numbers.Distinct().Count() == numbers.Length)
                {
                    return numbers;
                }

                argument.AddError($"{name} must be different finite numbers with commas between them; got '{word}'.");
                return null;
            },
        };
        if (otherwise is not null)
        {
            option.DefaultValueFactory = _ => Parsed(otherwise);
        }

        return option;
    }

    private static double[]? Parsed(string word)
    {
        var parts = word.Split(',');
        var numbers = parts.Select(static part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        return numbers.All(double.IsFinite) ? numbers : null;
    }

    /// <summary>An option that takes a text, which must not be empty: a file, a folder, a pattern.</summary>
    public static Option<string?> Text(string name, string helpName, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"{name} must not be empty; give it a {helpName}.");
            }
        });
        return option;
    }

    /// <summary>As <see cref="Text"/>, given as often as wanted.</summary>
    public static Option<string[]> Texts(string name, string helpName, string description, bool severalAtOnce = false)
    {
        var option = new Option<string[]>(name)
        {
            Description = description,
            HelpName = helpName,
            AllowMultipleArgumentsPerToken = severalAtOnce,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError($"{name} must not be empty; give it a {helpName}.");
            }
        });
        return option;
    }
}
