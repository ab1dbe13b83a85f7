import { httpActionGeneric as httpAction, httpRouter } from "convex/server";
import { api } from "./refs";

const http = httpRouter();
http.route({
  path: "/items",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const tag = await request.text();
    await ctx.runMutation(api["db"]!["insert"]!, { table: "items", value: { tag } });
    return Response.json({ tag, header: request.headers.get("x-test") }, { status: 201, headers: { "x-answer": "yes" } });
  }),
});
http.route({
  pathPrefix: "/below/",
  method: "GET",
  handler: httpAction(async (_ctx, request) => new Response(new URL(request.url).pathname)),
});
export default http;
