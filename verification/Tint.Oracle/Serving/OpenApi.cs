namespace Tint.Oracle.Serving;

/// <summary>The description of the HTTP interface.</summary>
internal static class OpenApi
{
    /// <summary>OpenAPI 3.1, as JSON.</summary>
    public const string Text = """
        {
          "openapi": "3.1.0",
          "info": { "title": "TinT's oracle", "version": "1" },
          "paths": {
            "/": {
              "get": {
                "summary": "Operations, modules and limits.",
                "responses": { "200": { "description": "They.", "content": { "application/json": { "schema": { "type": "object" } } } } }
              },
              "post": {
                "summary": "A message: a line of JSON with 'op' (describe, run, judge, explain, case), its fields and 'bytes', and behind it so many bytes of a safetensors file.",
                "requestBody": { "required": true, "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } },
                "responses": {
                  "200": { "description": "A message with ok true.", "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } },
                  "400": { "description": "What cannot be used, in one line.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } } },
                  "403": { "description": "From a web page, or for another host.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } } },
                  "413": { "description": "Longer than the limit.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } } },
                  "503": { "description": "Took too long, or too many at a time.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } } }
                }
              }
            }
          },
          "components": {
            "schemas": {
              "Refusal": {
                "type": "object",
                "properties": { "ok": { "const": false }, "error": { "type": "string" }, "bytes": { "const": 0 } },
                "required": ["ok", "error"]
              }
            }
          }
        }
        """;
}
