import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Libraries that every screen needs change less often than our own code, so browsers may keep them across builds. */
const vendorGroups = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
  { name: "router", test: /node_modules[\\/]@tanstack[\\/]/, priority: 2 },
  { name: "convex", test: /node_modules[\\/](convex|convex-helpers|@convex-dev)[\\/]/, priority: 2 },
  { name: "icons", test: /node_modules[\\/]lucide-react[\\/]/, priority: 2 },
  { name: "radix", test: /node_modules[\\/](radix-ui|@radix-ui|@floating-ui)[\\/]/, priority: 2 },
];

export default defineConfig({
  plugins: [
    // Must come before the React plugin: it rewrites route files so that each screen is its own chunk.
    tanstackRouter({
      target: "react",
      autoCodeSplitting: true,
      routesDirectory: "src/routes",
      generatedRouteTree: "src/routeTree.gen.ts",
      quoteStyle: "double",
      semicolons: true,
    }),
    react(),
    tailwindcss(),
  ],
  resolve: { alias: { "@": at("./src"), "@convex": at("./convex") } },
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  preview: { port: 4173, strictPort: true, host: "127.0.0.1" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    // The page's content policy allows no data: addresses for fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: vendorGroups } } },
  },
});
