using Approvals.Modules.Documents.Contract;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Approvals.Modules.OneWindow;

/// <summary>A page takes a form as large as files may be; a larger one is told so before a byte of it is read.</summary>
/// <remarks>Before the antiforgery token is looked for, which reads the form.</remarks>
internal sealed class UploadLimit(FileLimits limits) : IAuthorizationFilter, IOrderedFilter
{
    public int Order => 800;

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method)) return;
        if (http.Request.ContentLength > limits.MostOfRequest) throw limits.TooLarge();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = limits.MostOfRequest;
        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions { MultipartBodyLengthLimit = limits.MostOfRequest }));
    }
}
