namespace Tint.Verification.Reports.Page;

/// <summary>The departures V1 … V9 with their measured sizes.</summary>
internal static class DepartureSection
{
    public static Markup Draw(PageContent content)
    {
        var markup = new Markup().Raw("<h2>Departures from plain SGD, measured</h2>\n");
        if (content.Departures.Count == 0)
        {
            return markup.Raw("<p>No whole model in this run takes a step.</p>\n");
        }

        var models = content.Departures.Max(departure => departure.Models);
        markup.Line($"<p>The published code is reproduced as it is; these are the places where it departs from SGD on the auxiliary model. Each was switched on alone, with all others as the paper means it, on the {models} whole models of this run that take a step.</p>");
        markup.Raw("<div class=\"cards\">\n");
        foreach (var departure in content.Departures)
        {
            markup.Line($"<section class=\"card\"><h3><span class=\"tag\">{departure.Label}</span>{departure.What}</h3>");
            if (departure.Median is { } median)
            {
                markup
                    .Line($"<div class=\"big\">{PageText.Percent(median)}</div>")
                    .Line($"<p class=\"soft\">{departure.Measure}; the largest {PageText.Percent(departure.Largest)}</p>");
            }
            else
            {
                markup.Line($"<p class=\"soft\">{departure.Measure}</p>");
            }

            if (departure.LossChange is { } loss)
            {
                markup.Line($"<p class=\"soft\">changes the loss after training by up to {PageText.Size(loss)} nats</p>");
            }

            markup.Raw("</section>\n");
        }

        return markup.Raw("</div>\n");
    }
}
