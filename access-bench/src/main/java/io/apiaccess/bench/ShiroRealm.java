package io.apiaccess.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.SimpleAuthenticationInfo;
import org.apache.shiro.authc.UnknownAccountException;
import org.apache.shiro.authc.credential.AllowAllCredentialsMatcher;
import org.apache.shiro.authz.AuthorizationInfo;
import org.apache.shiro.authz.Permission;
import org.apache.shiro.authz.SimpleAuthorizationInfo;
import org.apache.shiro.authz.permission.WildcardPermission;
import org.apache.shiro.mgt.DefaultSecurityManager;
import org.apache.shiro.mgt.DefaultSessionStorageEvaluator;
import org.apache.shiro.mgt.DefaultSubjectDAO;
import org.apache.shiro.realm.AuthorizingRealm;
import org.apache.shiro.subject.PrincipalCollection;
import org.apache.shiro.subject.Subject;

/**
 * Apache Shiro: a subject logs in by the text of a key, which a realm finds in a map, and is asked for a permission; without
 * sessions, with what it may do made once.
 */
final class ShiroRealm implements Peer {
    private final DefaultSecurityManager manager;
    private final Map<Integer, Permission> wanted = new HashMap<>();

    ShiroRealm(String[] keys) {
        Map<String, Customer> customers = new ConcurrentHashMap<>();
        for (int i = 0; i < keys.length; i++) {
            SimpleAuthorizationInfo may = new SimpleAuthorizationInfo();
            for (int j = 0; j < Load.GRANTED; j++) {
                may.addObjectPermission(new WildcardPermission("api" + (i + j) % Load.COLLECTIONS + ":get"));
            }
            customers.put(keys[i], new Customer("profile " + i, may));
        }
        for (int i = 0; i < Load.COLLECTIONS; i++) {
            wanted.put(i, new WildcardPermission("api" + i + ":get"));
        }
        manager = new DefaultSecurityManager(new Keys(customers));
        DefaultSessionStorageEvaluator noSessions = new DefaultSessionStorageEvaluator();
        noSessions.setSessionStorageEnabled(false);
        DefaultSubjectDAO subjects = new DefaultSubjectDAO();
        subjects.setSessionStorageEvaluator(noSessions);
        manager.setSubjectDAO(subjects);
    }

    @Override
    public boolean allows(Call call) {
        Subject subject =
                new Subject.Builder(manager).sessionCreationEnabled(false).buildSubject();
        try {
            subject.login(new Key(call.key()));
        } catch (AuthenticationException e) {
            return false;
        }
        return subject.isPermitted(wanted.get(call.collection()));
    }

    private record Customer(String name, AuthorizationInfo may) {}

    /** A key that somebody offers. */
    @SuppressWarnings("serial")
    private record Key(String text) implements AuthenticationToken {
        @Override
        public Object getPrincipal() {
            return text;
        }

        @Override
        public Object getCredentials() {
            return text;
        }
    }

    /** Who has which key. */
    private static final class Keys extends AuthorizingRealm {
        private final Map<String, Customer> customers;

        Keys(Map<String, Customer> customers) {
            super(new AllowAllCredentialsMatcher());
            this.customers = customers;
            setAuthenticationTokenClass(Key.class);
            setCachingEnabled(false);
        }

        @Override
        protected AuthenticationInfo doGetAuthenticationInfo(AuthenticationToken token) {
            Customer customer = customers.get(((Key) token).text());
            if (customer == null) {
                throw new UnknownAccountException();
            }
            return new SimpleAuthenticationInfo(customer, token.getCredentials(), getName());
        }

        @Override
        protected AuthorizationInfo doGetAuthorizationInfo(PrincipalCollection principals) {
            return ((Customer) principals.getPrimaryPrincipal()).may();
        }
    }
}
