import { createFileRoute } from "@tanstack/react-router";
import { MyRequestsScreen } from "@/features/my-requests/my-requests-screen";

export const Route = createFileRoute("/_desk/requests/")({ component: MyRequestsScreen });
