using System.Text.Json.Serialization.Metadata;
using Approvals.Messaging;
using Approvals.Modules.Access.Contract;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Approvals.Web;

/// <summary>What the API says of itself at <c>/openapi/v1.json</c>, and in Development the page to browse it.</summary>
internal static class ApiDocument
{
    private const string Bearer = "bearer";
    private const string Problem = "Problem";

    public static void Describe(OpenApiOptions options)
    {
        options.CreateSchemaReferenceId = Name;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "一窗通 Approvals",
                Version = "v1",
                Description = "The commands and queries of the approval centre. Make a token on the page `/account`, "
                    + "and send it as `Authorization: Bearer apv_…`. Every error is problem details with a stable `code` and the `field` at fault; "
                    + "`Accept-Language: en` gives English messages.",
            };
            // Relative: the document must not repeat whatever host a request claimed.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of this program: apv_…" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            document.AddComponent(Problem, ProblemSchema());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            void May(int status, string when) => operation.Responses.TryAdd(status.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = when,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, context.Document) } },
            });
            May(400, "Something in the request is wrong; `errors` names all of it.");
            May(401, "No valid token.");
            May(403, "The role of the token's owner may not do this.");
            if (context.Description.RelativePath?.Contains('{') == true) May(404, "There is no such record.");
            if (context.Description.HttpMethod != "GET") May(409, "The state has moved on.");
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesTwoAttribute>().Any())
            {
                operation.Responses.TryAdd("202", new OpenApiResponse
                {
                    Description = "It takes a second person and waits as a request: `request` is its number, `approver` who must approve it. Nothing is done yet.",
                });
            }

            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<NeedsAttribute>().FirstOrDefault() is { } needs)
                operation.Description = $"Roles: {string.Join(", ", Permissions.Matrix[needs.Act].Select(g => Permissions.Name(g.Role).En))}.";
            return Task.CompletedTask;
        });
    }

    /// <summary>Open to whoever writes a program, and made once: it is the same for all, and takes long to make.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        var (one, making) = (new Lock(), (Task<string>?)null);
        async Task<string> Make() => await (await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync()).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        Task<string> Made()
        {
            lock (one) return making is null or { IsFaulted: true } or { IsCanceled: true } ? making = Make() : making; // what failed is no document
        }

        app.MapGet("/openapi/{documentName}.json", async (string documentName) => documentName == "v1" ? Results.Text(await Made(), "application/json", System.Text.Encoding.UTF8) : Results.NotFound())
            .AllowAnonymous().ExcludeFromDescription();
    }

    /// <remarks>At <c>/openapi/</c>: below <c>/api</c> its routes would answer for the API's own. Everything it shows comes from this program.</remarks>
    public static void MapApiBrowser(this WebApplication app)
    {
        app.MapScalarApiReference("/openapi", options =>
        {
            options.Title = "一窗通 Approvals API";
            options.OpenApiRoutePattern = "/openapi/{documentName}.json";
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new ScalarAgentOptions { Disabled = true };
            options.Mcp = new ScalarMcpOptions { Disabled = true };
        }).AllowAnonymous();
        app.MapGet("/api", () => Results.LocalRedirect("/openapi/")).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Every slice has a <c>Command</c> and a <c>Result</c>: the slice's name tells them apart.</summary>
    private static string? Name(JsonTypeInfo type) => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } plain
        ? null
        : type.Type.DeclaringType is { } slice ? slice.Name + plain : plain;

    private static OpenApiSchema ProblemSchema()
    {
        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("urn:approvals:problem: and the code"),
                ["title"] = Text("What is wrong and what to do, in the reader's language"),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["code"] = Text("Stable: programs may rely on it"),
                ["field"] = Text("The field at fault; empty where it is none"),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema> { ["code"] = Text(""), ["field"] = Text(""), ["message"] = Text("") },
                    },
                },
                ["traceId"] = Text("Give it to the administrator"),
            },
        };
    }
}
