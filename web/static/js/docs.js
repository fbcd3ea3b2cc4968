// The API's description; everything is served from here.
window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: document.querySelector("#docs").dataset.url,
    dom_id: "#docs",
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
  });
});
